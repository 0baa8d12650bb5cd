package io.heritage.media;

import io.heritage.schemas.SampleDepth;
import java.nio.ByteOrder;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * A picture as planes of red, green and blue, between FFmpeg's colour conversion and an {@link
 * RgbFrame}. FFmpeg computes planes with vector instructions and packed pixels without: the way
 * round is two to three times as fast, and where {@link #areExact} says so it gives the same bits.
 */
final class RgbPlanes implements AutoCloseable {

    /** With four lines of chroma FFmpeg 8.0.1 filters packed 16-bit pixels differently. */
    private static final int FEWEST_LINES = 8;

    private final AVFrame planes = avutil.av_frame_alloc();
    private final SwsContext packing;

    RgbPlanes(int width, int height, SampleDepth depth, int packedFormat) {
        planes.width(width).height(height).format(format(depth));
        if (avutil.av_frame_get_buffer(planes, 0) < 0) {
            avutil.av_frame_free(planes);
            throw new NativeError("FFmpeg has no memory for RGB planes");
        }
        packing =
                swscale.sws_getContext(
                        width,
                        height,
                        planes.format(),
                        width,
                        height,
                        packedFormat,
                        swscale.SWS_POINT,
                        null,
                        null,
                        (DoublePointer) null);
        if (packing == null) {
            avutil.av_frame_free(planes);
            throw new NativeError("FFmpeg could not prepare to pack RGB planes");
        }
    }

    /** If each line of chroma covers a whole number of lines, the same filter is used. */
    static boolean areExact(int pictureFormat, int height) {
        int log2Lines = avutil.av_pix_fmt_desc_get(pictureFormat).log2_chroma_h();
        int chroma = height >> log2Lines;
        return log2Lines == 0 || chroma << log2Lines == height && chroma >= FEWEST_LINES;
    }

    static int format(SampleDepth depth) {
        return depth == SampleDepth.EIGHT
                ? avutil.AV_PIX_FMT_GBRP
                : ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                        ? avutil.AV_PIX_FMT_GBRP16LE
                        : avutil.AV_PIX_FMT_GBRP16BE;
    }

    /** The planes to fill. */
    AVFrame planes() {
        return planes;
    }

    /** Writes the planes as packed pixels. */
    void pack(PointerPointer<BytePointer> pixels, IntPointer strides) {
        int rows =
                swscale.sws_scale(
                        packing,
                        planes.data(),
                        planes.linesize(),
                        0,
                        planes.height(),
                        pixels,
                        strides);
        NativeError.check(rows, "pack RGB planes");
    }

    @Override
    public void close() {
        swscale.sws_freeContext(packing);
        avutil.av_frame_free(planes);
    }
}
