package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.IntPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of FFmpeg's encoders writes a video, and with which options. No GPU is needed. */
class VideoCodecTest {
    private static final FrameSize SMALL = new FrameSize(96, 64);
    private static final Rational FPS_25 = new Rational(25, 1);

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    CPU   | MP4  |  8 | 18 | libx264    | yuv420p     | crf=18 preset=veryfast profile=high
                    CPU   | MP4  |  8 |  0 | libx264    | yuv420p     | crf=0 preset=veryfast
                    CPU   | MP4  | 10 | 18 | libx264    | yuv420p10le | crf=18 preset=veryfast profile=high10
                    CPU   | WEBM |  8 | 24 | libvpx-vp9 | yuv420p     | b=0 cpu-used=4 crf=24 deadline=good row-mt=1
                    CPU   | WEBM | 10 | 24 | libaom-av1 | yuv420p10le | b=0 cpu-used=6 crf=24 row-mt=1 usage=good
                    NVENC | MP4  |  8 | 18 | h264_nvenc | yuv420p     | b=0 cq=18 preset=p4 profile=high rc=vbr tune=hq
                    NVENC | MP4  |  8 | 51 | h264_nvenc | yuv420p     | b=0 cq=51 preset=p4 profile=high rc=vbr tune=hq
                    NVENC | MP4  | 10 |  1 | hevc_nvenc | p010le      | b=0 cq=1 preset=p4 profile=main10 rc=vbr tune=hq
                    NVENC | MP4  |  8 |  0 | libx264    | yuv420p     | crf=0 preset=veryfast
                    NVENC | MP4  | 10 |  0 | libx264    | yuv420p10le | crf=0 preset=veryfast profile=high10
                    NVENC | WEBM |  8 | 24 | libvpx-vp9 | yuv420p     | b=0 cpu-used=4 crf=24 deadline=good row-mt=1
                    NVENC | WEBM | 10 | 24 | libaom-av1 | yuv420p10le | b=0 cpu-used=6 crf=24 row-mt=1 usage=good
                    """)
    void encoderPixelsAndOptionsFollowFromTheEncoding(
            EncodedBy by,
            VideoFormat format,
            int bitDepth,
            int crf,
            String library,
            String pixels,
            String options) {
        VideoCodec codec = codec(by, format, bitDepth, crf);
        assertThat(codec.library()).isEqualTo(library);
        assertThat(avutil.av_get_pix_fmt_name(codec.pixelFormat()).getString()).isEqualTo(pixels);
        assertThat(
                        new TreeMap<>(codec.options())
                                .entrySet().stream()
                                        .map(Map.Entry::toString)
                                        .collect(Collectors.joining(" ")))
                .isEqualTo(options);
        assertThat(codec.isNvenc()).isEqualTo(library.endsWith("nvenc"));
    }

    /** FFmpeg passes over options that it does not know. */
    @ParameterizedTest
    @CsvSource({
        "CPU, MP4, 8",
        "CPU, MP4, 10",
        "CPU, WEBM, 8",
        "CPU, WEBM, 10",
        "NVENC, MP4, 8",
        "NVENC, MP4, 10"
    })
    void ffmpegHasTheEncoderWhichTakesThePixelsAndTheOptions(
            EncodedBy by, VideoFormat format, int bitDepth) {
        VideoCodec codec = codec(by, format, bitDepth, 20);
        AVCodec library = avcodec.avcodec_find_encoder_by_name(codec.library());
        assertThat(library).as(codec.library()).isNotNull();
        assertThat(pixelFormats(library)).contains(codec.pixelFormat());
        AVCodecContext context = avcodec.avcodec_alloc_context3(library);
        try {
            codec.options()
                    .forEach((key, value) ->
                            assertThat(set(context, key, value))
                                    .as("%s=%s", key, value)
                                    .isGreaterThanOrEqualTo(0));
        } finally {
            avcodec.avcodec_free_context(context);
        }
    }

    private static VideoCodec codec(EncodedBy by, VideoFormat format, int bitDepth, int crf) {
        return VideoCodec.of(
                VideoEncoding.of(SMALL, FPS_25)
                        .withFormat(format)
                        .withBitDepth(bitDepth)
                        .withCrf(crf)
                        .withEncodedBy(by));
    }

    private static List<Integer> pixelFormats(AVCodec library) {
        List<Integer> formats = new ArrayList<>();
        IntPointer all = library.pix_fmts();
        for (int i = 0; all.get(i) != avutil.AV_PIX_FMT_NONE; i++) {
            formats.add(all.get(i));
        }
        return formats;
    }

    /** The encoder's own options come first, as where it is opened. */
    private static int set(AVCodecContext context, String key, String value) {
        int code = avutil.av_opt_set(context.priv_data(), key, value, 0);
        return code == avutil.AVERROR_OPTION_NOT_FOUND()
                ? avutil.av_opt_set(context, key, value, 0)
                : code;
    }

    /** A GPU takes no picture so small; here there is none. */
    @Test
    void aVideoThatTheGpuRefusesIsEncodedOnTheCpu() throws IOException {
        VideoEncoding tiny =
                VideoEncoding.of(new FrameSize(16, 16), FPS_25).withEncodedBy(EncodedBy.NVENC);
        Path file = folder.resolve("tiny.mp4");
        try (VideoWriter writer = VideoWriter.open(file, tiny, null)) {
            assertThat(writer.encoder()).isEqualTo("libx264");
            writer.write(TestMedia.even(16, 16, 200, 30, 60), 0, 1);
            writer.finish();
        }
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT);
                VideoFrame frame = VideoWriterTest.require(reader.next())) {
            assertThat(
                            TestMedia.worstDifference(
                                    frame.pixels(), TestMedia.even(16, 16, 200, 30, 60)))
                    .isLessThanOrEqualTo(4);
        }
    }

    @Test
    void withoutADriverTheObstacleNamesTheEncoderAndWhatIsMissing() {
        Optional<String> obstacle = Nvenc.obstacle();
        assumeTrue(obstacle.isPresent(), "this machine has NVENC");
        assertThat(obstacle.get())
                .startsWith("FFmpeg could not open h264_nvenc for 320x192: ")
                .contains("(h264_nvenc: ");
    }

    /** Players of Apple look for this name only. */
    @Test
    void hevcIsCalledHvc1InAnMp4() {
        Ffmpeg.load();
        var hevc =
                new VideoCodec(
                        "libx265",
                        avutil.AV_PIX_FMT_YUV420P10LE,
                        Map.of("x265-params", "log-level=none"));
        AVFormatContext container = new AVFormatContext(null);
        avformat.avformat_alloc_output_context2(container, null, "mp4", "unused");
        try (var encoder = new VideoEncoder(VideoEncoding.of(SMALL, FPS_25), hevc, 1)) {
            AVStream track = avformat.avformat_new_stream(container, null);
            encoder.describe(track);
            ByteBuffer tag =
                    ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(0, track.codecpar().codec_tag());
            assertThat(new String(tag.array(), StandardCharsets.US_ASCII)).isEqualTo("hvc1");
        } finally {
            avformat.avformat_free_context(container);
        }
    }

    /** NVENC wants 10 bit in the upper bits, and both kinds of colour in one plane. */
    @Test
    void theTenBitsOfAGpuAreThoseOfTheCpu() {
        Ffmpeg.load();
        try (RgbFrame rgb = RgbFrame.allocate(96, 64, SampleDepth.SIXTEEN);
                RgbConversion conversion = new RgbConversion()) {
            ShortBuffer samples = rgb.pixels().order(ByteOrder.nativeOrder()).asShortBuffer();
            for (int i = 0; i < samples.capacity(); i++) {
                samples.put(i, (short) (i * 37));
            }
            AVFrame planar = picture(avutil.AV_PIX_FMT_YUV420P10LE);
            AVFrame packed = picture(avutil.AV_PIX_FMT_P010LE);
            try {
                conversion.fromRgb(rgb, planar);
                conversion.fromRgb(rgb, packed);
                for (int y = 0; y < 64; y++) {
                    for (int x = 0; x < 96; x++) {
                        assertThat(sample(packed, 0, x, y)).isEqualTo(sample(planar, 0, x, y) << 6);
                        assertThat(sample(packed, 1, x, y / 2))
                                .isEqualTo(sample(planar, 1 + x % 2, x / 2, y / 2) << 6);
                    }
                }
            } finally {
                avutil.av_frame_free(planar);
                avutil.av_frame_free(packed);
            }
        }
    }

    private static AVFrame picture(int format) {
        AVFrame picture = avutil.av_frame_alloc();
        picture.width(96).height(64).format(format);
        picture.colorspace(avutil.AVCOL_SPC_BT709).color_range(avutil.AVCOL_RANGE_MPEG);
        picture.chroma_location(avutil.AVCHROMA_LOC_LEFT);
        assertThat(avutil.av_frame_get_buffer(picture, 0)).isZero();
        return picture;
    }

    private static int sample(AVFrame picture, int plane, int x, int y) {
        long at = (long) y * picture.linesize(plane) + 2L * x;
        return picture.data(plane).capacity(at + 2).getShort(at) & 0xffff;
    }
}
