package io.heritage.media;

import io.heritage.schemas.SampleDepth;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.ffmpeg.avutil.AVComponentDescriptor;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Reads RGB, grey and palette pictures of any sample depth exactly: {@code v * 255 / max} (or
 * 65,535 instead of 255), rounded to nearest. FFmpeg's own converter dithers or cuts deep samples
 * and takes grey through YUV.
 */
final class SamplePlanes {

    private static final long UNREADABLE =
            avutil.AV_PIX_FMT_FLAG_BITSTREAM
                    | avutil.AV_PIX_FMT_FLAG_HWACCEL
                    | avutil.AV_PIX_FMT_FLAG_FLOAT
                    | avutil.AV_PIX_FMT_FLAG_BAYER
                    | avutil.AV_PIX_FMT_FLAG_XYZ;

    private SamplePlanes() {}

    static boolean canRead(int pixelFormat) {
        AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(pixelFormat);
        boolean readable = (format.flags() & UNREADABLE) == 0;
        boolean rgb = (format.flags() & avutil.AV_PIX_FMT_FLAG_RGB) != 0;
        return readable && (rgb || format.nb_components() <= 2 || isPalette(format));
    }

    private static boolean isPalette(AVPixFmtDescriptor format) {
        return (format.flags() & avutil.AV_PIX_FMT_FLAG_PAL) != 0;
    }

    /** Fills the frame, without alpha. */
    static void copy(AVFrame picture, RgbFrame rgb) {
        AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(picture.format());
        if (isPalette(format)) {
            copyPalette(picture, rgb.pixels());
            return;
        }
        ByteBuffer target = rgb.pixels().order(ByteOrder.nativeOrder());
        boolean grey = format.nb_components() <= 2;
        for (int channel = 0; channel < 3; channel++) {
            ChannelSamples samples = ChannelSamples.of(picture, format, grey ? 0 : channel);
            for (int y = 0; y < picture.height(); y++) {
                int out = y * picture.width() * 3 + channel;
                if (rgb.depth() == SampleDepth.EIGHT) {
                    samples.copyRow(y, target, out);
                } else {
                    samples.copyDeepRow(y, target, out * 2);
                }
            }
        }
    }

    /** 256 native-endian ARGB words stand in the second plane. */
    private static void copyPalette(AVFrame picture, ByteBuffer target) {
        ByteBuffer indices = plane(picture, 0);
        ByteBuffer palette = palette(picture);
        for (int y = 0, out = 0; y < picture.height(); y++) {
            int row = y * picture.linesize(0);
            for (int x = 0; x < picture.width(); x++, out += 3) {
                int argb = palette.getInt((indices.get(row + x) & 0xff) * 4);
                target.put(out, (byte) (argb >> 16));
                target.put(out + 1, (byte) (argb >> 8));
                target.put(out + 2, (byte) argb);
            }
        }
    }

    static boolean hasAlpha(int pixelFormat) {
        AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(pixelFormat);
        return (format.flags() & avutil.AV_PIX_FMT_FLAG_ALPHA) != 0
                && (format.flags() & UNREADABLE) == 0;
    }

    /** Alpha of a picture that has it, a byte a pixel. */
    static void copyAlpha(AVFrame picture, ByteBuffer target) {
        AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(picture.format());
        if (isPalette(format)) {
            copyPaletteAlpha(picture, target);
            return;
        }
        ChannelSamples samples = ChannelSamples.of(picture, format, format.nb_components() - 1);
        for (int y = 0, out = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++, out++) {
                target.put(out, (byte) samples.level(x, y));
            }
        }
    }

    /**
     * The first component, a byte a pixel.
     *
     * @param limited black is 16 of 255 and white 235
     */
    static void copyLuma(AVFrame picture, boolean limited, ByteBuffer target) {
        ChannelSamples samples =
                ChannelSamples.of(picture, avutil.av_pix_fmt_desc_get(picture.format()), 0);
        for (int y = 0, out = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++, out++) {
                int level = samples.level(x, y);
                int full = limited ? Math.clamp(((level - 16) * 255 + 109) / 219, 0, 255) : level;
                target.put(out, (byte) full);
            }
        }
    }

    private static void copyPaletteAlpha(AVFrame picture, ByteBuffer target) {
        ByteBuffer indices = plane(picture, 0);
        ByteBuffer palette = palette(picture);
        for (int y = 0, out = 0; y < picture.height(); y++) {
            int row = y * picture.linesize(0);
            for (int x = 0; x < picture.width(); x++, out++) {
                int argb = palette.getInt((indices.get(row + x) & 0xff) * 4);
                target.put(out, (byte) (argb >> 24));
            }
        }
    }

    private static ByteBuffer palette(AVFrame picture) {
        return picture.data(1).capacity(1024).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    private static ByteBuffer plane(AVFrame picture, int plane) {
        long bytes = (long) picture.linesize(plane) * picture.height();
        if (bytes < 1 || bytes > Integer.MAX_VALUE) {
            throw new NativeError(
                    "FFmpeg gave a picture plane of %d bytes, up to 2 GiB are read"
                            .formatted(bytes));
        }
        return picture.data(plane).capacity(bytes).asByteBuffer();
    }

    /** One channel of a picture: position and depth of its samples. */
    private record ChannelSamples(
            ByteBuffer plane,
            int width,
            int stride,
            int step,
            int offset,
            int shift,
            int depth,
            boolean wide,
            boolean bigEndian) {

        static ChannelSamples of(AVFrame picture, AVPixFmtDescriptor format, int channel) {
            AVComponentDescriptor component = format.comp(channel);
            int plane = component.plane();
            boolean wide = component.depth() + component.shift() > 8;
            return new ChannelSamples(
                    SamplePlanes.plane(picture, plane),
                    picture.width(),
                    picture.linesize(plane),
                    component.step(),
                    component.offset(),
                    component.shift(),
                    component.depth(),
                    wide,
                    (format.flags() & avutil.AV_PIX_FMT_FLAG_BE) != 0);
        }

        void copyRow(int y, ByteBuffer target, int out) {
            int in = y * stride + offset;
            if (depth == 8 && shift == 0) {
                for (int x = 0; x < width; x++, in += step, out += 3) {
                    target.put(out, plane.get(in));
                }
                return;
            }
            int max = (1 << depth) - 1;
            for (int x = 0; x < width; x++, in += step, out += 3) {
                int sample = (word(in) >> shift) & max;
                target.put(out, (byte) ((sample * 255 + max / 2) / max));
            }
        }

        void copyDeepRow(int y, ByteBuffer target, int out) {
            int in = y * stride + offset;
            int max = (1 << depth) - 1;
            for (int x = 0; x < width; x++, in += step, out += 6) {
                long sample = (word(in) >> shift) & max;
                target.putShort(out, (short) ((sample * 0xffff + max / 2) / max));
            }
        }

        /** A pixel's sample, 0 to 255. */
        int level(int x, int y) {
            int max = (1 << depth) - 1;
            int sample = (word(y * stride + offset + x * step) >> shift) & max;
            return (sample * 255 + max / 2) / max;
        }

        private int word(int at) {
            int first = plane.get(at) & 0xff;
            if (!wide) {
                return first;
            }
            int second = plane.get(at + 1) & 0xff;
            return bigEndian ? first << 8 | second : second << 8 | first;
        }
    }
}
