package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each container with each bit depth, written and decoded again. */
class VideoFormatTest {
    private static final Rational FPS_25 = new Rational(25, 1);
    private static final Rational MILLISECOND = new Rational(1, 1000);

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"MP4, 8", "MP4, 10", "WEBM, 8", "WEBM, 10"})
    void everyFrameKeepsItsUnevenTime(VideoFormat format, int bitDepth) throws IOException {
        long[] times = {0, 40, 41, 90, 200, 233, 1000};
        VideoEncoding encoding =
                VideoEncoding.of(new FrameSize(96, 64), FPS_25)
                        .withRate(MILLISECOND, FPS_25)
                        .withFormat(format)
                        .withBitDepth(bitDepth);
        Path file = folder.resolve("vfr." + format.title());
        try (VideoWriter writer = VideoWriter.open(file, encoding, null)) {
            for (long time : times) {
                writer.write(TestMedia.drawn(96, 64, time), time, 40);
            }
            writer.finish();
        }
        assertThat(VideoWriterTest.milliseconds(file))
                .containsExactly(0L, 40L, 41L, 90L, 200L, 233L, 1000L);
    }

    @ParameterizedTest
    @CsvSource({
        "MP4, 8, h264, yuv420p, High",
        "MP4, 10, h264, yuv420p10le, High 10",
        "WEBM, 8, vp9, yuv420p, Profile 0",
        "WEBM, 10, av1, yuv420p10le, Main"
    })
    void theCodecIsTheOneOfTheFormatWithItsColoursTagged(
            VideoFormat format, int bitDepth, String codec, String pixels, String profile)
            throws IOException {
        Path file = folder.resolve("tags." + format.title());
        write(file, format, bitDepth, TestMedia.drawn(96, 64, 1), TestMedia.drawn(96, 64, 2));
        try (MediaFile opened = MediaFile.open(file, ImageLimits.DEFAULT)) {
            AVCodecParameters found = opened.videoStream().codecpar();
            assertThat(MediaFile.codecName(opened.videoStream())).isEqualTo(codec);
            assertThat(avutil.av_get_pix_fmt_name(found.format()).getString()).isEqualTo(pixels);
            assertThat(avcodec.avcodec_profile_name(found.codec_id(), found.profile()).getString())
                    .isEqualTo(profile);
            assertThat(found.color_space()).isEqualTo(avutil.AVCOL_SPC_BT709);
            assertThat(found.color_primaries()).isEqualTo(avutil.AVCOL_PRI_BT709);
            assertThat(found.color_range()).isEqualTo(avutil.AVCOL_RANGE_MPEG);
            assertThat(opened.probeVideo().bitDepth()).isEqualTo(bitDepth);
        }
    }

    /** PQ and HLG of BT.2020: their values are not BT.709's, so neither are their tags. */
    @ParameterizedTest
    @CsvSource({"MP4, 8, 16", "MP4, 10, 16", "MP4, 10, 18", "WEBM, 8, 18", "WEBM, 10, 16"})
    void theColourTagsOfAnInputAreKept(VideoFormat format, int bitDepth, int transfer)
            throws IOException {
        ColourTags tags = new ColourTags(avutil.AVCOL_PRI_BT2020, transfer);
        VideoProbe plain = probeOf(VideoEncoding.of(new FrameSize(96, 64), FPS_25));
        assertThat(plain.colour()).isEqualTo(ColourTags.BT709);
        VideoProbe input = probeOf(VideoEncoding.like(tagged(plain, tags)).withBitDepth(10));
        assertThat(input.colour()).isEqualTo(tags);

        VideoEncoding again =
                VideoEncoding.like(input)
                        .withSize(new FrameSize(64, 48))
                        .withFormat(format)
                        .withBitDepth(bitDepth)
                        .withCrf(4);
        assertThat(probeOf(again).colour()).isEqualTo(tags);
    }

    /** PAL widescreen: pixels are 64/45 as wide as they are high. */
    @ParameterizedTest
    @EnumSource
    void theShapeOfThePixelsIsKept(VideoFormat format) throws IOException {
        Rational wide = new Rational(64, 45);
        VideoEncoding plain = VideoEncoding.of(new FrameSize(96, 64), FPS_25);
        VideoEncoding stretched =
                new VideoEncoding(
                        plain.size(),
                        plain.timeBase(),
                        plain.frameRate(),
                        wide,
                        plain.format(),
                        plain.bitDepth(),
                        plain.crf(),
                        plain.colour(),
                        plain.encodedBy());
        VideoProbe input = probeOf(stretched);
        assertThat(input.pixelAspect()).isEqualTo(wide);
        VideoProbe output = probeOf(VideoEncoding.like(input).withFormat(format));
        assertThat(output.pixelAspect().value())
                .as("WebM has the width to show, in whole pixels")
                .isCloseTo(wide.value(), within(0.01));
    }

    private VideoProbe probeOf(VideoEncoding encoding) throws IOException {
        Path file = folder.resolve("colour." + encoding.format().title());
        RgbFrame red =
                TestMedia.even(encoding.size().width(), encoding.size().height(), 200, 30, 60);
        VideoWriterTest.write(file, encoding, red);
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT);
                VideoFrame frame = VideoWriterTest.require(reader.next())) {
            assertThat(TestMedia.worstDifference(frame.pixels(), red))
                    .as("the matrix is still the one that is tagged")
                    .isLessThanOrEqualTo(4);
            return reader.probe();
        }
    }

    private static VideoProbe tagged(VideoProbe probe, ColourTags tags) {
        return new VideoProbe(
                probe.container(),
                probe.codec(),
                probe.storedSize(),
                probe.orientation(),
                probe.frameRate(),
                probe.timeBase(),
                probe.pixelAspect(),
                probe.declaredFrames(),
                probe.duration(),
                probe.tracks(),
                probe.bitDepth(),
                tags);
    }

    @ParameterizedTest
    @EnumSource
    void tenBitsHoldTheLevelsOfASmoothGradient(VideoFormat format) throws IOException {
        RgbFrame gradient = gradient(1024, 16);
        Path deep = folder.resolve("deep." + format.title());
        Path shallow = folder.resolve("shallow." + format.title());
        write(deep, format, 10, gradient);
        write(shallow, format, 8, gradient);

        assertThat(levels(deep)).isGreaterThan(600);
        assertThat(levels(shallow)).isLessThanOrEqualTo(256);
        try (VideoReader reader = VideoReader.open(deep, ImageLimits.DEFAULT, SampleDepth.SIXTEEN);
                VideoFrame frame = VideoWriterTest.require(reader.next())) {
            ShortBuffer written = samples(gradient);
            ShortBuffer read = samples(frame.pixels());
            double worst =
                    IntStream.range(0, written.capacity())
                            .map(i -> Math.abs((written.get(i) & 0xffff) - (read.get(i) & 0xffff)))
                            .max()
                            .orElseThrow();
            assertThat(worst).as("of 65,535").isLessThan(6 * 64);
        }
    }

    @Test
    void aVideoOfEightBitsIsReadWithEightAlsoWhereMoreIsAskedFor() throws IOException {
        Path file = folder.resolve("eight.mp4");
        write(file, VideoFormat.MP4, 8, TestMedia.drawn(96, 64, 1));
        try (VideoReader reader =
                VideoReader.open(file, ImageLimits.DEFAULT, SampleDepth.SIXTEEN)) {
            assertThat(reader.depth()).isEqualTo(SampleDepth.EIGHT);
        }
    }

    @ParameterizedTest
    @CsvSource({"MP4, 8", "MP4, 10", "WEBM, 8", "WEBM, 10"})
    void aLowerCrfIsNearerToTheInput(VideoFormat format, int bitDepth) throws IOException {
        RgbFrame drawn = TestMedia.drawn(96, 64, 3);
        double best = psnr(drawn, format, bitDepth, 4);
        double good = psnr(drawn, format, bitDepth, format.defaultCrf());
        double poor = psnr(drawn, format, bitDepth, 45);
        assertThat(best).isGreaterThan(good + 0.3);
        assertThat(good).isGreaterThan(poor + 0.3);
    }

    @ParameterizedTest
    @EnumSource
    void anOddSizeOfSixteenBitIsPadded(VideoFormat format) throws IOException {
        RgbFrame odd = gradient(33, 21);
        Path file = folder.resolve("odd." + format.title());
        write(file, format, 10, odd);
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT, SampleDepth.SIXTEEN);
                VideoFrame frame = VideoWriterTest.require(reader.next())) {
            assertThat(reader.size()).isEqualTo(new FrameSize(34, 22));
            ShortBuffer read = samples(frame.pixels());
            assertThat(read.get(33 * 3) & 0xffff)
                    .as("the last column stands twice")
                    .isCloseTo(60_000, within(2048));
        }
    }

    @Test
    void webmGetsTheSoundAsOpusAtItsTimes() throws IOException {
        Path source = TestMedia.file(folder, TestMedia.BUNNY);
        Path file = folder.resolve("sound.webm");
        copySound(source, file, VideoFormat.WEBM);

        assertThat(VideoProbe.of(file, ImageLimits.DEFAULT).tracks())
                .contains(new VideoProbe.Track(1, "audio", "opus", 6));
        List<String> packets = VideoWriterTest.soundPackets(file);
        assertThat(packets).as("20 ms each, of about a second").hasSizeBetween(50, 53);
        assertThat(packets.getFirst()).as("what Opus skips comes before 0").startsWith("-7000 us");
    }

    @Test
    void aToneIsHeardInOpusWhenItWasHeardBefore() throws IOException {
        Path wave = Files.write(folder.resolve("tone.wav"), toneAfterHalfASecond());
        Path file = folder.resolve("tone.webm");
        copySound(wave, file, VideoFormat.WEBM);
        assertThat(firstLoudSecond(file)).isCloseTo(0.5, within(0.003));
    }

    /** A second, 44.1 kHz, mono. */
    private static byte[] toneAfterHalfASecond() {
        int rate = 44_100;
        ByteBuffer bytes = ByteBuffer.allocate(44 + rate * 2).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(Arrays.copyOf(VideoReaderTest.wave(), 44));
        bytes.putInt(4, 36 + rate * 2).putInt(40, rate * 2);
        for (int i = 0; i < rate; i++) {
            double tone = i < rate / 2 ? 0 : 20_000 * Math.sin(i * 2 * Math.PI * 440 / rate);
            bytes.putShort((short) tone);
        }
        return bytes.array();
    }

    private static double firstLoudSecond(Path file) {
        AVPacket packet = avcodec.av_packet_alloc();
        AVFrame frame = avutil.av_frame_alloc();
        AVCodecContext decoder = avcodec.avcodec_alloc_context3(null);
        try (MediaFile opened = MediaFile.open(file, ImageLimits.DEFAULT)) {
            AVStream track = opened.context().streams(1);
            avcodec.avcodec_parameters_to_context(decoder, track.codecpar());
            decoder.pkt_timebase(track.time_base());
            AVCodec opus = avcodec.avcodec_find_decoder_by_name("libopus");
            assertThat(avcodec.avcodec_open2(decoder, opus, (AVDictionary) null)).isZero();
            while (opened.read(packet) >= 0) {
                if (packet.stream_index() == 1) {
                    avcodec.avcodec_send_packet(decoder, packet);
                    while (avcodec.avcodec_receive_frame(decoder, frame) >= 0) {
                        ShortBuffer samples =
                                frame.data(0)
                                        .capacity(2L * frame.nb_samples())
                                        .asByteBuffer()
                                        .order(ByteOrder.nativeOrder())
                                        .asShortBuffer();
                        for (int i = 0; i < samples.capacity(); i++) {
                            if (Math.abs(samples.get(i)) > 3000) {
                                return frame.pts() / 1000.0 + i / 48_000.0;
                            }
                        }
                    }
                }
                avcodec.av_packet_unref(packet);
            }
            throw new AssertionError("nothing is heard");
        } finally {
            avcodec.avcodec_free_context(decoder);
            avutil.av_frame_free(frame);
            avcodec.av_packet_free(packet);
        }
    }

    @Test
    void opusIsCopiedIntoWebmAndMp4() throws IOException {
        Path opus = folder.resolve("opus.webm");
        copySound(TestMedia.file(folder, TestMedia.BUNNY), opus, VideoFormat.WEBM);
        Path webm = folder.resolve("copy.webm");
        Path mp4 = folder.resolve("copy.mp4");
        copySound(opus, webm, VideoFormat.WEBM);
        copySound(opus, mp4, VideoFormat.MP4);

        assertThat(checksums(webm)).isEqualTo(checksums(opus)).isEqualTo(checksums(mp4));
    }

    @Test
    void soundThatMp4RefusesGoesIntoWebm() throws IOException {
        Path wave = Files.write(folder.resolve("sound.wav"), VideoReaderTest.wave());
        Path file = folder.resolve("wave.webm");
        copySound(wave, file, VideoFormat.WEBM);
        assertThat(VideoWriterTest.soundPackets(file))
                .as("a tenth of a second")
                .hasSizeBetween(5, 7);
    }

    private static List<String> checksums(Path file) {
        return VideoWriterTest.soundPackets(file).stream()
                .map(packet -> packet.substring(packet.indexOf(',')))
                .toList();
    }

    private static void copySound(Path source, Path target, VideoFormat format) throws IOException {
        VideoEncoding encoding =
                VideoEncoding.of(new FrameSize(96, 64), FPS_25).withFormat(format).withCrf(40);
        try (AudioPassThrough audio = AudioPassThrough.of(source, ImageLimits.DEFAULT, format);
                VideoWriter writer = VideoWriter.open(target, encoding, audio)) {
            for (int i = 0; i < 25; i++) {
                writer.write(TestMedia.even(96, 64, i, i, i), i, 1);
            }
            writer.finish();
        }
    }

    private static void write(Path file, VideoFormat format, int bitDepth, RgbFrame... frames)
            throws IOException {
        FrameSize size = new FrameSize(frames[0].width(), frames[0].height());
        VideoEncoding encoding =
                VideoEncoding.of(size, FPS_25).withFormat(format).withBitDepth(bitDepth).withCrf(4);
        VideoWriterTest.write(file, encoding, frames);
    }

    private double psnr(RgbFrame drawn, VideoFormat format, int bitDepth, int crf)
            throws IOException {
        Path file = folder.resolve("crf." + format.title());
        FrameSize size = new FrameSize(drawn.width(), drawn.height());
        VideoEncoding encoding = VideoEncoding.of(size, FPS_25).withFormat(format);
        VideoWriterTest.write(file, encoding.withBitDepth(bitDepth).withCrf(crf), drawn);
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT);
                VideoFrame frame = VideoWriterTest.require(reader.next())) {
            ByteBuffer a = drawn.pixels();
            ByteBuffer b = frame.pixels().pixels();
            double squares =
                    IntStream.range(0, drawn.bytes())
                            .map(i -> (a.get(i) & 0xff) - (b.get(i) & 0xff))
                            .mapToLong(d -> (long) d * d)
                            .sum();
            return 10 * Math.log10(255 * 255 * drawn.bytes() / squares);
        }
    }

    /** Bluish from black on the left to nearly white on the right, 16 bit. */
    private static RgbFrame gradient(int width, int height) {
        RgbFrame frame = RgbFrame.allocate(width, height, SampleDepth.SIXTEEN);
        ShortBuffer samples = samples(frame);
        for (int i = 0; i < samples.capacity(); i++) {
            samples.put(i, (short) (i / 3 % width * 60_000 / (width - 1) + i % 3 * 2500));
        }
        return frame;
    }

    private static ShortBuffer samples(RgbFrame frame) {
        return frame.pixels().order(ByteOrder.nativeOrder()).asShortBuffer();
    }

    /** Different values of the first row's green. */
    private static long levels(Path file) throws IOException {
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT, SampleDepth.SIXTEEN);
                VideoFrame frame = VideoWriterTest.require(reader.next())) {
            int width = frame.pixels().width();
            return reader.depth() == SampleDepth.SIXTEEN
                    ? IntStream.range(0, width)
                            .map(x -> samples(frame.pixels()).get(3 * x + 1))
                            .distinct()
                            .count()
                    : IntStream.range(0, width)
                            .map(x -> frame.pixels().pixels().get(3 * x + 1))
                            .distinct()
                            .count();
        }
    }
}
