package io.heritage.media;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Containers a video is written in, each with the codecs that browsers play from it. */
public enum VideoFormat {
    /** H.264 by libx264; with 10 bit profile High 10, which editors read and few browsers. */
    MP4("video/mp4", 18),

    /**
     * VP9 by libvpx; with 10 bit AV1 by libaom, since the libvpx we have is built for 8 bit only.
     * Times are rounded to milliseconds.
     */
    WEBM("video/webm", 24);

    private final String mediaType;
    private final int defaultCrf;

    VideoFormat(String mediaType, int defaultCrf) {
        this.mediaType = mediaType;
        this.defaultCrf = defaultCrf;
    }

    /** The format of a name, {@code mp4} or {@code webm}. */
    public static Optional<VideoFormat> named(String name) {
        return Arrays.stream(values()).filter(format -> format.title().equals(name)).findFirst();
    }

    /** The format of a file's extension, in any case; empty for another extension. */
    public static Optional<VideoFormat> endOf(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> name.endsWith("." + format.title()))
                .findFirst();
    }

    /** {@code mp4} or {@code webm}: its name in requests, and the ending of its files. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String mediaType() {
        return mediaType;
    }

    /** A quality visually indistinguishable from the input. The scales of the two codecs differ. */
    public int defaultCrf() {
        return defaultCrf;
    }
}
