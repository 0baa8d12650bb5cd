package io.heritage.media;

import io.heritage.media.HeaderBytes.CutOff;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds size and orientation in the headers of the formats. */
final class ImageHeaders {

    private static final boolean BIG = false;
    private static final boolean LITTLE = true;

    /** Brands of still pictures; sequences have other brands and are videos. */
    private static final List<String> HEIC_BRANDS =
            List.of("heic", "heix", "heim", "heis", "mif1", "mif2", "miaf");

    private static final int TIFF_WIDTH = 256;
    private static final int TIFF_HEIGHT = 257;
    private static final int TIFF_ORIENTATION = 274;

    /** A header no file of its format can have. */
    static final class NotPossible extends Exception {
        private final String problem;

        NotPossible(String problem) {
            super(problem, null, false, false);
            this.problem = problem;
        }

        String problem() {
            return problem;
        }
    }

    private ImageHeaders() {}

    static @Nullable ImageFormat format(HeaderBytes bytes) {
        if (bytes.has(0, "\u0089PNG\r\n\u001a\n")) {
            return ImageFormat.PNG;
        }
        if (bytes.has(0, "\u00ff\u00d8\u00ff")) {
            return ImageFormat.JPEG;
        }
        if (bytes.has(0, "RIFF") && bytes.has(8, "WEBP")) {
            return ImageFormat.WEBP;
        }
        if (bytes.has(0, "II*\0") || bytes.has(0, "MM\0*")) {
            return ImageFormat.TIFF;
        }
        if (bytes.has(0, "GIF87a") || bytes.has(0, "GIF89a")) {
            return ImageFormat.GIF;
        }
        if (bytes.has(4, "ftypavif")) {
            return ImageFormat.AVIF;
        }
        if (HEIC_BRANDS.stream().anyMatch(brand -> bytes.has(4, "ftyp" + brand))) {
            return ImageFormat.HEIC;
        }
        return bytes.has(0, "BM") && bytes.has(6, "\0\0\0\0") ? ImageFormat.BMP : null;
    }

    static ImageHeader read(ImageFormat format, HeaderBytes bytes) throws CutOff, NotPossible {
        return switch (format) {
            case PNG -> png(bytes);
            case JPEG -> jpeg(bytes);
            case WEBP -> webp(bytes);
            case BMP -> bmp(bytes);
            case TIFF -> tiff(bytes);
            case HEIC, AVIF -> heif(format, bytes);
            case GIF ->
                    new ImageHeader(
                            ImageFormat.GIF,
                            bytes.u16(6, LITTLE),
                            bytes.u16(8, LITTLE),
                            Orientation.UPRIGHT);
        };
    }

    private static ImageHeader png(HeaderBytes bytes) throws CutOff, NotPossible {
        int width = bytes.i32(16, BIG);
        int height = bytes.i32(20, BIG);
        if (!bytes.has(12, "IHDR")) {
            throw new NotPossible("its first chunk is not IHDR");
        }
        return new ImageHeader(ImageFormat.PNG, width, height, pngOrientation(bytes));
    }

    /** Reads the eXIf chunk only before the pixels. */
    private static Orientation pngOrientation(HeaderBytes bytes) throws CutOff {
        long chunk = 8;
        while (chunk + 8 <= bytes.length() && !bytes.has((int) chunk + 4, "IDAT")) {
            long length = bytes.u32(chunk, BIG);
            if (bytes.has((int) chunk + 4, "eXIf")) {
                return exifOrientation(bytes.from(chunk + 8));
            }
            chunk += 12 + length;
        }
        return Orientation.UPRIGHT;
    }

    private static ImageHeader jpeg(HeaderBytes bytes) throws CutOff, NotPossible {
        Orientation orientation = Orientation.UPRIGHT;
        long at = 2;
        while (true) {
            if (bytes.u8(at) != 0xff) {
                throw new NotPossible("no marker at byte " + at);
            }
            int marker = bytes.u8(at + 1);
            if (marker == 0xff) {
                at++;
            } else if (isFrameStart(marker)) {
                return new ImageHeader(
                        ImageFormat.JPEG,
                        bytes.u16(at + 7, BIG),
                        bytes.u16(at + 5, BIG),
                        orientation);
            } else if (marker == 0xd9 || marker == 0xda) {
                throw new NotPossible("no frame header before the pixels at byte " + at);
            } else {
                if (marker == 0xe1 && bytes.has((int) at + 4, "Exif\0\0")) {
                    orientation = exifOrientation(bytes.from(at + 10));
                }
                at += standsAlone(marker) ? 2 : 2 + bytes.u16(at + 2, BIG);
            }
        }
    }

    /** SOF0 to SOF15 without DHT, JPG and DAC, which lie between. */
    private static boolean isFrameStart(int marker) {
        return marker >= 0xc0
                && marker <= 0xcf
                && marker != 0xc4
                && marker != 0xc8
                && marker != 0xcc;
    }

    private static boolean standsAlone(int marker) {
        return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    }

    private static ImageHeader webp(HeaderBytes bytes) throws CutOff, NotPossible {
        if (bytes.has(12, "VP8X")) {
            int flags = bytes.u8(20);
            if ((flags & 0x02) != 0) {
                throw new NotPossible("it is an animation, send a still picture or a video");
            }
            int width = 1 + (bytes.i32(24, LITTLE) & 0xffffff);
            int height = 1 + (bytes.i32(26, LITTLE) >>> 8);
            Orientation orientation =
                    (flags & 0x08) != 0 ? webpOrientation(bytes) : Orientation.UPRIGHT;
            return new ImageHeader(ImageFormat.WEBP, width, height, orientation);
        }
        if (bytes.has(12, "VP8L")) {
            int bits = bytes.i32(21, LITTLE);
            return new ImageHeader(
                    ImageFormat.WEBP,
                    1 + (bits & 0x3fff),
                    1 + ((bits >>> 14) & 0x3fff),
                    Orientation.UPRIGHT);
        }
        int width = bytes.u16(26, LITTLE) & 0x3fff;
        int height = bytes.u16(28, LITTLE) & 0x3fff;
        if (!bytes.has(12, "VP8 ") || !bytes.has(23, "\u009d\u0001\u002a")) {
            throw new NotPossible("its first chunk is not a VP8 picture");
        }
        return new ImageHeader(ImageFormat.WEBP, width, height, Orientation.UPRIGHT);
    }

    /** The EXIF chunk comes after the pixels, so it is found only in a complete file. */
    private static Orientation webpOrientation(HeaderBytes bytes) throws CutOff {
        long chunk = 12;
        while (chunk + 8 <= bytes.length()) {
            long length = bytes.u32(chunk + 4, LITTLE);
            if (bytes.has((int) chunk, "EXIF")) {
                boolean prefixed = bytes.has((int) chunk + 8, "Exif\0\0");
                return exifOrientation(bytes.from(chunk + (prefixed ? 14 : 8)));
            }
            chunk += 8 + length + (length & 1);
        }
        return Orientation.UPRIGHT;
    }

    private static ImageHeader heif(ImageFormat format, HeaderBytes bytes)
            throws CutOff, NotPossible {
        HeifItems.Item picture = HeifItems.of(bytes).primaryItem();
        int[] size = HeifItems.size(picture);
        return new ImageHeader(format, size[0], size[1], HeifItems.orientation(picture));
    }

    private static ImageHeader bmp(HeaderBytes bytes) throws CutOff {
        boolean core = bytes.i32(14, LITTLE) == 12;
        int width = core ? bytes.u16(18, LITTLE) : bytes.i32(18, LITTLE);
        int height = core ? bytes.u16(20, LITTLE) : Math.abs(bytes.i32(22, LITTLE));
        return new ImageHeader(ImageFormat.BMP, width, height, Orientation.UPRIGHT);
    }

    private static ImageHeader tiff(HeaderBytes bytes) throws CutOff, NotPossible {
        boolean little = bytes.has(0, "II");
        long directory = bytes.u32(4, little);
        long width = tiffTag(bytes, little, directory, TIFF_WIDTH, 0);
        long height = tiffTag(bytes, little, directory, TIFF_HEIGHT, 0);
        if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new NotPossible("header says %dx%d pixels".formatted(width, height));
        }
        long orientation = tiffTag(bytes, little, directory, TIFF_ORIENTATION, 1);
        return new ImageHeader(
                ImageFormat.TIFF, (int) width, (int) height, Orientation.ofExif((int) orientation));
    }

    private static long tiffTag(
            HeaderBytes bytes, boolean little, long directory, int tag, long absent) throws CutOff {
        int entries = bytes.u16(directory, little);
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (bytes.u16(entry, little) == tag) {
                boolean shortValue = bytes.u16(entry + 2, little) == 3;
                return shortValue ? bytes.u16(entry + 8, little) : bytes.u32(entry + 8, little);
            }
        }
        return absent;
    }

    /** EXIF is a small TIFF file. If it is damaged, the pixels count as upright. */
    private static Orientation exifOrientation(HeaderBytes exif) {
        boolean little = exif.has(0, "II");
        if (!little && !exif.has(0, "MM")) {
            return Orientation.UPRIGHT;
        }
        try {
            long value = tiffTag(exif, little, exif.u32(4, little), TIFF_ORIENTATION, 1);
            return Orientation.ofExif((int) value);
        } catch (CutOff _) {
            return Orientation.UPRIGHT;
        }
    }
}
