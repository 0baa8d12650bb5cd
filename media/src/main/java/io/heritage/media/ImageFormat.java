package io.heritage.media;

/** The picture formats that are decoded. */
public enum ImageFormat {
    PNG("PNG"),
    JPEG("JPEG"),
    WEBP("WebP"),
    BMP("BMP"),
    TIFF("TIFF"),
    GIF("GIF"),
    HEIC("HEIC"),
    AVIF("AVIF");

    private final String title;

    ImageFormat(String title) {
        this.title = title;
    }

    /** The name for messages. */
    public String title() {
        return title;
    }
}
