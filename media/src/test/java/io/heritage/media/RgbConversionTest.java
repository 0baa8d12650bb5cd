package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.SampleDepth;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RgbConversionTest {

    /** What decoders give; of other formats FFmpeg makes these or packed pixels itself. */
    private static final int[] FORMATS = {
        avutil.AV_PIX_FMT_YUV420P,
        avutil.AV_PIX_FMT_YUV422P,
        avutil.AV_PIX_FMT_YUV444P,
        avutil.AV_PIX_FMT_YUV440P,
        avutil.AV_PIX_FMT_YUV411P,
        avutil.AV_PIX_FMT_YUVJ420P,
        avutil.AV_PIX_FMT_YUVJ422P,
        avutil.AV_PIX_FMT_YUVJ444P,
        avutil.AV_PIX_FMT_NV12,
        avutil.AV_PIX_FMT_YUVA420P,
        avutil.AV_PIX_FMT_YUV410P,
        avutil.AV_PIX_FMT_YUV420P10LE,
        avutil.AV_PIX_FMT_YUV422P10LE,
        avutil.AV_PIX_FMT_YUV444P10LE,
        avutil.AV_PIX_FMT_YUV420P12LE,
        avutil.AV_PIX_FMT_YUV444P12LE
    };

    private static final int[] MATRICES = {avutil.AVCOL_SPC_BT709, avutil.AVCOL_SPC_BT2020_NCL};

    private static final int[] PLACES = {avutil.AVCHROMA_LOC_LEFT, avutil.AVCHROMA_LOC_TOPLEFT};

    private static final List<int[]> SIZES =
            List.of(
                    new int[] {64, 48},
                    new int[] {65, 34},
                    new int[] {17, 16},
                    new int[] {130, 50},
                    new int[] {130, 51},
                    new int[] {66, 8},
                    new int[] {33, 7},
                    new int[] {2, 2});

    private final Random random = new Random(6);

    /** Noise from edge to edge, where sums overflow. */
    @ParameterizedTest
    @EnumSource
    void planesGiveTheBitsOfPackedPixels(SampleDepth depth) {
        try (RgbConversion packed = new RgbConversion(false);
                RgbConversion planar = new RgbConversion(true)) {
            for (int format : FORMATS) {
                for (int[] size : SIZES) {
                    for (int matrix : MATRICES) {
                        for (int place : PLACES) {
                            assertSame(packed, planar, noise(format, size, matrix, place), depth);
                        }
                    }
                }
            }
        }
    }

    private static void assertSame(
            RgbConversion packed, RgbConversion planar, AVFrame picture, SampleDepth depth) {
        int[] ranges = {avutil.AVCOL_RANGE_MPEG, avutil.AVCOL_RANGE_JPEG};
        for (int range : ranges) {
            picture.color_range(range);
            RgbFrame expected = RgbFrame.allocate(picture.width(), picture.height(), depth);
            RgbFrame found = RgbFrame.allocate(picture.width(), picture.height(), depth);
            packed.toRgb(picture, expected);
            planar.toRgb(picture, found);
            assertThat(found.pixels().mismatch(expected.pixels()))
                    .as("%s", describe(picture))
                    .isEqualTo(-1);
        }
        avutil.av_frame_free(picture);
    }

    private static String describe(AVFrame picture) {
        return "%s %dx%d matrix %d range %d chroma %d"
                .formatted(
                        avutil.av_get_pix_fmt_name(picture.format()).getString(),
                        picture.width(),
                        picture.height(),
                        picture.colorspace(),
                        picture.color_range(),
                        picture.chroma_location());
    }

    private AVFrame noise(int format, int[] size, int matrix, int place) {
        AVFrame picture = avutil.av_frame_alloc();
        picture.format(format).width(size[0]).height(size[1]);
        picture.colorspace(matrix).chroma_location(place);
        NativeError.check(avutil.av_frame_get_buffer(picture, 0), "get memory");
        AVPixFmtDescriptor description = avutil.av_pix_fmt_desc_get(format);
        int depth = description.comp(0).depth();
        for (int plane = 0; plane < avutil.av_pix_fmt_count_planes(format); plane++) {
            boolean chroma = plane == 1 || plane == 2;
            int rows = chroma ? -(-size[1] >> description.log2_chroma_h()) : size[1];
            fill(picture, plane, rows, depth);
        }
        return picture;
    }

    private void fill(AVFrame picture, int plane, int rows, int depth) {
        int bytes = picture.linesize(plane) * rows;
        ByteBuffer memory = picture.data(plane).capacity(bytes).asByteBuffer();
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        for (int i = 1; depth > 8 && i < bytes; i += 2) {
            noise[i] &= (byte) ((1 << depth - 8) - 1);
        }
        memory.put(noise);
    }
}
