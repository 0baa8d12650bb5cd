package io.heritage.media;

import java.nio.ByteBuffer;

/** Reads the header of a picture; nothing is decoded. */
public sealed interface ImageProbe {
    /** Supported formats, for messages. */
    String IMAGES = "PNG, JPEG, WebP, BMP, TIFF, GIF, HEIC or AVIF";

    /** A picture whose header is complete. */
    record Readable(ImageHeader header) implements ImageProbe {}

    /** A picture whose header is longer than the available {@code bytes}. */
    record HeaderCutOff(ImageFormat format, int bytes) implements ImageProbe {}

    /**
     * A picture of this format with an invalid header.
     *
     * @param problem text that follows the format's name
     */
    record Damaged(ImageFormat format, String problem) implements ImageProbe {}

    /**
     * Anything else.
     *
     * @param looksLike what it seems to be, such as {@code text} or {@code an MP4 video}
     */
    record NotAnImage(String looksLike) implements ImageProbe {}

    /**
     * Reads the bytes from position to limit, the whole file or its beginning; the position stays.
     */
    static ImageProbe of(ByteBuffer firstBytes) {
        HeaderBytes bytes = new HeaderBytes(firstBytes);
        ImageFormat format = ImageHeaders.format(bytes);
        if (format == null) {
            return new NotAnImage(FileKind.of(bytes));
        }
        try {
            ImageHeader header = ImageHeaders.read(format, bytes);
            if (header.width() < 1 || header.height() < 1) {
                return new Damaged(
                        format,
                        "header says %dx%d pixels".formatted(header.width(), header.height()));
            }
            return new Readable(header);
        } catch (HeaderBytes.CutOff _) {
            return new HeaderCutOff(format, bytes.length());
        } catch (ImageHeaders.NotPossible e) {
            return new Damaged(format, e.problem());
        }
    }

    /**
     * The header of a picture within the limits. The bytes are the whole file or at least its
     * header.
     *
     * @throws MediaRejected for what is not a picture, a header that is cut off, and a size beyond
     *     the limits
     */
    static ImageHeader require(ByteBuffer firstBytes, ImageLimits limits) {
        return switch (of(firstBytes)) {
            case Readable(ImageHeader header) -> {
                limits.check(header.width(), header.height());
                yield header;
            }
            case HeaderCutOff(ImageFormat format, int bytes) ->
                    throw new MediaRejected(
                            "%s ends after %d bytes, within its header"
                                    .formatted(format.title(), bytes));
            case Damaged(ImageFormat format, String problem) ->
                    throw new MediaRejected("damaged %s: %s".formatted(format.title(), problem));
            case NotAnImage(String looksLike) ->
                    throw new MediaRejected(
                            "not an image but %s; expected %s".formatted(looksLike, IMAGES));
        };
    }
}
