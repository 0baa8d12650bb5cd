package io.heritage.media;

import io.heritage.schemas.SampleDepth;
import java.nio.ByteOrder;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * FFmpeg's colour conversion between its frames and {@link RgbFrame}s of the same size. Matrix and
 * range follow the frame's tags; without tags BT.709 from 720 rows on and BT.601 below, limited
 * range unless the format says full. Chroma is placed where the frame says (JPEG: centre) and
 * interpolated. One thread; the converter is kept until the format changes.
 */
final class RgbConversion implements AutoCloseable {

    private static final int FLAGS =
            swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT | swscale.SWS_FULL_CHR_H_INP;

    /** Chroma filter of 8-bit pictures, as players use it. */
    private static final int BILINEAR = FLAGS | swscale.SWS_BILINEAR;

    /**
     * Chroma filter of 16-bit pictures: with a bilinear one FFmpeg 8.0.1 makes wrong colours
     * between two lines of chroma.
     */
    private static final int BICUBIC = FLAGS | swscale.SWS_BICUBIC;

    private static final int ONE = 1 << 16;

    /** FFmpeg's value for a chroma position that it determines itself. */
    private static final int NOT_SUBSAMPLED = -513;

    /** Key of a converter; a frame with other values needs another one. */
    private record Conversion(
            int width,
            int height,
            int format,
            int matrix,
            boolean fullRange,
            int chromaLocation,
            SampleDepth depth) {

        static Conversion of(AVFrame frame, SampleDepth depth) {
            return new Conversion(
                    frame.width(),
                    frame.height(),
                    frame.format(),
                    matrix(frame),
                    isFullRange(frame),
                    frame.chroma_location(),
                    depth);
        }

        private static int matrix(AVFrame frame) {
            return switch (frame.colorspace()) {
                case avutil.AVCOL_SPC_BT709 -> swscale.SWS_CS_ITU709;
                case avutil.AVCOL_SPC_FCC -> swscale.SWS_CS_FCC;
                case avutil.AVCOL_SPC_BT470BG, avutil.AVCOL_SPC_SMPTE170M -> swscale.SWS_CS_ITU601;
                case avutil.AVCOL_SPC_SMPTE240M -> swscale.SWS_CS_SMPTE240M;
                case avutil.AVCOL_SPC_BT2020_NCL, avutil.AVCOL_SPC_BT2020_CL ->
                        swscale.SWS_CS_BT2020;
                default -> frame.height() >= 720 ? swscale.SWS_CS_ITU709 : swscale.SWS_CS_ITU601;
            };
        }

        private static boolean isFullRange(AVFrame frame) {
            return switch (frame.format()) {
                case avutil.AV_PIX_FMT_YUVJ420P,
                        avutil.AV_PIX_FMT_YUVJ422P,
                        avutil.AV_PIX_FMT_YUVJ444P,
                        avutil.AV_PIX_FMT_YUVJ440P,
                        avutil.AV_PIX_FMT_YUVJ411P ->
                        true;
                default -> frame.color_range() == avutil.AVCOL_RANGE_JPEG;
            };
        }

        /** FFmpeg's pixel format of our frames. */
        int rgbFormat() {
            return depth == SampleDepth.EIGHT
                    ? avutil.AV_PIX_FMT_RGB24
                    : ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                            ? avutil.AV_PIX_FMT_RGB48LE
                            : avutil.AV_PIX_FMT_RGB48BE;
        }

        /** In 256ths of a luma sample. */
        int chromaX() {
            if (avutil.av_pix_fmt_desc_get(format).log2_chroma_w() == 0) {
                return NOT_SUBSAMPLED;
            }
            return switch (chromaLocation) {
                case avutil.AVCHROMA_LOC_CENTER,
                        avutil.AVCHROMA_LOC_TOP,
                        avutil.AVCHROMA_LOC_BOTTOM ->
                        128;
                default -> 0;
            };
        }

        int chromaY() {
            if (avutil.av_pix_fmt_desc_get(format).log2_chroma_h() == 0) {
                return NOT_SUBSAMPLED;
            }
            return switch (chromaLocation) {
                case avutil.AVCHROMA_LOC_TOPLEFT, avutil.AVCHROMA_LOC_TOP -> 0;
                case avutil.AVCHROMA_LOC_BOTTOMLEFT, avutil.AVCHROMA_LOC_BOTTOM -> 256;
                default -> 128;
            };
        }
    }

    private @Nullable SwsContext context;
    private @Nullable Conversion built;
    private @Nullable RgbPlanes planes;
    private final boolean planar;
    private final PointerPointer<BytePointer> rgbPixels = new PointerPointer<>(4);
    private final IntPointer rgbStrides = new IntPointer(4);

    RgbConversion() {
        this(true);
    }

    /**
     * @param planar whether decoded pictures are converted through planes if that is exact, which
     *     is faster
     */
    RgbConversion(boolean planar) {
        this.planar = planar;
    }

    /** Decoded picture to RGB; the frame has the picture's size. */
    void toRgb(AVFrame picture, RgbFrame rgb) {
        if (SamplePlanes.canRead(picture.format())) {
            SamplePlanes.copy(picture, rgb);
            return;
        }
        SwsContext converter = converterFor(picture, rgb.depth(), true);
        pointTo(rgb);
        RgbPlanes between = planes;
        if (between == null) {
            scale(converter, picture, rgbPixels, rgbStrides);
        } else {
            scale(converter, picture, between.planes().data(), between.planes().linesize());
            between.pack(rgbPixels, rgbStrides);
        }
    }

    private static void scale(
            SwsContext converter, AVFrame picture, PointerPointer<?> pixels, IntPointer strides) {
        int rows =
                swscale.sws_scale(
                        converter,
                        picture.data(),
                        picture.linesize(),
                        0,
                        picture.height(),
                        pixels,
                        strides);
        NativeError.check(rows, "convert a picture to RGB");
    }

    /** RGB to the encoder's picture, whose format and colour tags say how. */
    void fromRgb(RgbFrame rgb, AVFrame picture) {
        SwsContext converter = converterFor(picture, rgb.depth(), false);
        pointTo(rgb);
        int rows =
                swscale.sws_scale(
                        converter,
                        rgbPixels,
                        rgbStrides,
                        0,
                        rgb.height(),
                        picture.data(),
                        picture.linesize());
        NativeError.check(rows, "convert a picture from RGB");
    }

    private void pointTo(RgbFrame rgb) {
        try (BytePointer memory = new BytePointer(rgb.memory())) {
            rgbPixels.put(0, memory);
        }
        rgbStrides.put(0, rgb.width() * rgb.pixelBytes());
    }

    private SwsContext converterFor(AVFrame frame, SampleDepth depth, boolean toRgb) {
        Conversion wanted = Conversion.of(frame, depth);
        SwsContext current = context;
        if (current != null && wanted.equals(built)) {
            return current;
        }
        free();
        boolean byPlanes = toRgb && planar && RgbPlanes.areExact(frame.format(), frame.height());
        int rgb = byPlanes ? RgbPlanes.format(depth) : wanted.rgbFormat();
        if (byPlanes) {
            planes = new RgbPlanes(frame.width(), frame.height(), depth, wanted.rgbFormat());
        }
        SwsContext fresh = build(wanted, rgb, toRgb);
        context = fresh;
        built = wanted;
        return fresh;
    }

    private static SwsContext build(Conversion picture, int rgb, boolean toRgb) {
        SwsContext fresh = swscale.sws_alloc_context();
        fresh.flags(picture.depth() == SampleDepth.EIGHT ? BILINEAR : BICUBIC);
        fresh.src_w(picture.width())
                .src_h(picture.height())
                .src_format(toRgb ? picture.format() : rgb);
        fresh.dst_w(picture.width())
                .dst_h(picture.height())
                .dst_format(toRgb ? rgb : picture.format());
        if (toRgb) {
            fresh.src_h_chr_pos(picture.chromaX()).src_v_chr_pos(picture.chromaY());
        } else {
            fresh.dst_h_chr_pos(picture.chromaX()).dst_v_chr_pos(picture.chromaY());
        }
        IntPointer matrix = swscale.sws_getCoefficients(picture.matrix());
        int range = picture.fullRange() ? 1 : 0;
        swscale.sws_setColorspaceDetails(
                fresh, matrix, toRgb ? range : 1, matrix, toRgb ? 1 : range, 0, ONE, ONE);
        int code = swscale.sws_init_context(fresh, null, null);
        if (Ffmpeg.failed(code)) {
            swscale.sws_freeContext(fresh);
            throw new NativeError(
                    "FFmpeg could not prepare a conversion of %s: %s"
                            .formatted(picture, Ffmpeg.errorText(code)));
        }
        return fresh;
    }

    private void free() {
        SwsContext old = context;
        if (old != null) {
            swscale.sws_freeContext(old);
            context = null;
        }
        RgbPlanes between = planes;
        if (between != null) {
            between.close();
            planes = null;
        }
    }

    @Override
    public void close() {
        free();
        rgbPixels.close();
        rgbStrides.close();
    }
}
