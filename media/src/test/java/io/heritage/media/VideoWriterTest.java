package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.FrameSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoWriterTest {

    private static final FrameSize SMALL = new FrameSize(96, 64);
    private static final Rational FPS_25 = new Rational(25, 1);

    /** x264 takes 16,384 pixels a side. */
    private static final VideoEncoding TOO_WIDE =
            VideoEncoding.of(new FrameSize(20_000, 16), FPS_25);

    @TempDir private Path folder;

    @Test
    void unevenTimestampsAreKeptExactly() throws IOException {
        long[] pts = {0, 40, 41, 90, 200, 233, 1000};
        VideoEncoding encoding =
                VideoEncoding.of(SMALL, FPS_25).withRate(new Rational(1, 1000), FPS_25);
        Path file = folder.resolve("vfr.mp4");
        try (VideoWriter writer = VideoWriter.open(file, encoding, null)) {
            for (long time : pts) {
                writer.write(TestMedia.drawn(96, 64, time), time, 40);
            }
            writer.finish();
        }
        assertThat(milliseconds(file)).containsExactly(0L, 40L, 41L, 90L, 200L, 233L, 1000L);
    }

    @Test
    void whatWasNotFinishedIsKeptAsAWholeVideoWhereThatIsWanted() throws IOException {
        Path file = folder.resolve("kept.mp4");
        try (VideoWriter writer =
                VideoWriter.open(file, VideoEncoding.of(SMALL, FPS_25), null).keepUnfinished()) {
            for (int i = 0; i < 3; i++) {
                writer.write(TestMedia.drawn(96, 64, i), i, 1);
            }
        }
        assertThat(milliseconds(file)).containsExactly(0L, 40L, 80L);
        Path none = folder.resolve("none.mp4");
        VideoWriter.open(none, VideoEncoding.of(SMALL, FPS_25), null).keepUnfinished().close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFileThatStartsLateIsReadFromZero() throws IOException {
        Path file = folder.resolve("late.mp4");
        try (VideoWriter writer = VideoWriter.open(file, VideoEncoding.of(SMALL, FPS_25), null)) {
            for (int i = 50; i < 53; i++) {
                writer.write(TestMedia.drawn(96, 64, i), i, 1);
            }
            writer.finish();
        }
        assertThat(milliseconds(file)).containsExactly(0L, 40L, 80L);
    }

    @Test
    void everyFrameComesBackNearToWhatWasWritten() throws IOException {
        Path file = folder.resolve("one.mp4");
        RgbFrame drawn = TestMedia.drawn(96, 64, 7);
        write(file, VideoEncoding.of(SMALL, FPS_25), drawn);
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT);
                VideoFrame frame = require(reader.next())) {
            assertThat(TestMedia.meanDifference(frame.pixels(), drawn)).isLessThan(4);
            assertThat(reader.next()).isNull();
            assertThat(reader.framesRead()).isEqualTo(1);
        }
    }

    @Test
    void evenColoursKeepTheirValues() throws IOException {
        for (int[] rgb :
                new int[][] {
                    {255, 255, 255}, {0, 0, 0}, {200, 30, 60}, {10, 120, 240}, {128, 128, 128}
                }) {
            Path file = folder.resolve("colour.mp4");
            RgbFrame colour = TestMedia.even(96, 64, rgb[0], rgb[1], rgb[2]);
            write(file, VideoEncoding.of(SMALL, FPS_25).withCrf(4), colour);
            try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT);
                    VideoFrame frame = require(reader.next())) {
                assertThat(TestMedia.worstDifference(frame.pixels(), colour))
                        .as("%s", HexFormat.of().toHexDigits(TestMedia.rgb(colour, 0, 0)))
                        .isLessThanOrEqualTo(3);
            }
        }
    }

    @Test
    void anOddSizeIsPaddedByItsLastColumnAndRow() throws IOException {
        Path file = folder.resolve("odd.mp4");
        write(
                file,
                VideoEncoding.of(new FrameSize(33, 21), FPS_25),
                TestMedia.even(33, 21, 250, 10, 20));
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT);
                VideoFrame frame = require(reader.next())) {
            assertThat(reader.size()).isEqualTo(new FrameSize(34, 22));
            assertThat(
                            TestMedia.worstDifference(
                                    frame.pixels(), TestMedia.even(34, 22, 250, 10, 20)))
                    .isLessThanOrEqualTo(6);
        }
    }

    @Test
    void aBrowserFindsWhatItNeeds() throws IOException {
        Path file = folder.resolve("browser.mp4");
        write(
                file,
                VideoEncoding.of(SMALL, FPS_25),
                TestMedia.drawn(96, 64, 8),
                TestMedia.drawn(96, 64, 9));
        byte[] bytes = Files.readAllBytes(file);
        assertThat(VideoReaderTest.indexOf(bytes, "moov"))
                .isLessThan(VideoReaderTest.indexOf(bytes, "mdat"));
        try (MediaFile opened = MediaFile.open(file, ImageLimits.DEFAULT)) {
            AVCodecParameters codec = opened.videoStream().codecpar();
            assertThat(codec.codec_id()).isEqualTo(avcodec.AV_CODEC_ID_H264);
            assertThat(codec.profile()).isEqualTo(avcodec.AV_PROFILE_H264_HIGH);
            assertThat(codec.format()).isEqualTo(avutil.AV_PIX_FMT_YUV420P);
            assertThat(codec.color_space()).isEqualTo(avutil.AVCOL_SPC_BT709);
            assertThat(codec.color_primaries()).isEqualTo(avutil.AVCOL_PRI_BT709);
            assertThat(codec.color_range()).isEqualTo(avutil.AVCOL_RANGE_MPEG);
        }
    }

    @Test
    void theSoundIsCopiedPacketByPacket() throws IOException {
        Path source = TestMedia.file(folder, TestMedia.BUNNY);
        Path file = folder.resolve("sound.mp4");
        try (AudioPassThrough audio = AudioPassThrough.of(source, ImageLimits.DEFAULT);
                VideoWriter writer =
                        VideoWriter.open(file, VideoEncoding.of(SMALL, FPS_25), audio)) {
            for (int i = 0; i < 25; i++) {
                writer.write(TestMedia.drawn(96, 64, i), i, 1);
            }
            writer.finish();
        }
        assertThat(VideoProbe.of(file, ImageLimits.DEFAULT).tracks())
                .contains(new VideoProbe.Track(1, "audio", "aac", 6));
        assertThat(soundPackets(file)).hasSizeGreaterThan(40).isEqualTo(soundPackets(source));
    }

    @Test
    void soundThatMp4DoesNotCarryIsRefused() throws IOException {
        Path wave = Files.write(folder.resolve("sound.wav"), VideoReaderTest.wave());
        assertThatThrownBy(() -> AudioPassThrough.of(wave, ImageLimits.DEFAULT))
                .isInstanceOf(MediaRejected.class)
                .hasMessageStartingWith("sound in pcm_s16le cannot be kept in an mp4");
    }

    @Test
    void soundWhosePacketsTheContainerRefusesIsDamaged() throws IOException {
        byte[] bytes = TestMedia.bytes("starts-below-zero.ts");
        sayThatPacketsHaveTwoFrames(bytes);
        Path source = Files.write(folder.resolve("damaged.ts"), bytes);

        try (AudioPassThrough audio = AudioPassThrough.of(source, ImageLimits.DEFAULT);
                VideoWriter writer =
                        VideoWriter.open(
                                folder.resolve("x.mp4"), VideoEncoding.of(SMALL, FPS_25), audio)) {
            writer.write(TestMedia.drawn(96, 64, 1), 0, 1);

            assertThatThrownBy(writer::finish)
                    .isInstanceOf(MediaRejected.class)
                    .hasMessageStartingWith("the sound is damaged: ");
        }
    }

    /** In the ADTS headers of AAC behind the first ten, with a checksum: mp4 cannot hold that. */
    private static void sayThatPacketsHaveTwoFrames(byte[] stream) {
        int headers = 0;
        for (int at = 0; at < stream.length - 7; at++) {
            boolean header = (stream[at] & 0xff) == 0xff && (stream[at + 1] & 0xf7) == 0xf1;
            int length = (stream[at + 3] & 3) << 11 | (stream[at + 4] & 0xff) << 3;
            if (header && length > 16 && length < 2000 && ++headers > 10) {
                stream[at + 1] &= (byte) 0xfe;
                stream[at + 6] |= 1;
            }
        }
        assertThat(headers).isGreaterThan(20);
    }

    @Test
    void theLimitsOfTheVideoAreThoseOfItsSound() throws IOException {
        Path source = TestMedia.file(folder, TestMedia.BUNNY);
        assertThatThrownBy(() -> AudioPassThrough.of(source, new ImageLimits(900_000, 2000, 16)))
                .isInstanceOf(MediaRejected.class)
                .hasMessageContaining("1280x720 pixels");
    }

    @Test
    void aStreamGetsTheWholeFileAtTheEnd() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (VideoWriter writer = VideoWriter.open(out, VideoEncoding.of(SMALL, FPS_25), null)) {
            writer.write(TestMedia.drawn(96, 64, 1), 0, 1);
            writer.finish();
        }
        assertThat(VideoReaderTest.indexOf(out.toByteArray(), "moov"))
                .isLessThan(VideoReaderTest.indexOf(out.toByteArray(), "mdat"));
    }

    @Test
    void withoutFinishNothingIsLeft() throws IOException {
        Path file = folder.resolve("left.mp4");
        try (VideoWriter writer = VideoWriter.open(file, VideoEncoding.of(SMALL, FPS_25), null)) {
            writer.write(TestMedia.drawn(96, 64, 1), 0, 1);
        }
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aSizeThatTheCodecRefusesLeavesNoTemporaryFile() throws IOException {
        List<Path> before = temporaryFiles();
        assertThatThrownBy(() -> VideoWriter.open(new ByteArrayOutputStream(), TOO_WIDE, null))
                .isInstanceOf(NativeError.class)
                .hasMessageContaining("20000x16");
        assertThat(before).containsAll(temporaryFiles());
    }

    private static List<Path> temporaryFiles() throws IOException {
        try (var files = Files.list(TemporaryFiles.ofThisProcess().folder())) {
            return files.sorted().toList();
        }
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        Path file = folder.resolve("missing/out.mp4");
        assertThatThrownBy(() -> VideoWriter.open(file, VideoEncoding.of(SMALL, FPS_25), null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "missing/out.mp4.part could not be opened: No such file or directory");
    }

    static void write(Path file, VideoEncoding encoding, RgbFrame... frames) throws IOException {
        try (VideoWriter writer = VideoWriter.open(file, encoding, null)) {
            for (int i = 0; i < frames.length; i++) {
                writer.write(frames[i], i, 1);
            }
            writer.finish();
        }
    }

    static VideoFrame require(@Nullable VideoFrame frame) {
        if (frame == null) {
            throw new AssertionError("the video ended early");
        }
        return frame;
    }

    static List<Long> milliseconds(Path file) throws IOException {
        List<Long> times = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT)) {
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                times.add(Math.round(frame.pts() * reader.probe().timeBase().value() * 1000));
                frame.close();
            }
        }
        return times;
    }

    /** Time in microseconds, size and checksum of each packet of sound. */
    static List<String> soundPackets(Path file) {
        List<String> packets = new ArrayList<>();
        AVPacket packet = avcodec.av_packet_alloc();
        try (MediaFile opened = MediaFile.open(file, ImageLimits.DEFAULT)) {
            while (opened.read(packet) >= 0) {
                if (opened.context().streams(packet.stream_index()).codecpar().codec_type()
                        == avutil.AVMEDIA_TYPE_AUDIO) {
                    AVRational base = opened.context().streams(packet.stream_index()).time_base();
                    CRC32 crc = new CRC32();
                    crc.update(packet.data().capacity(packet.size()).asByteBuffer());
                    packets.add(
                            "%d us, %d bytes, %08x"
                                    .formatted(
                                            packet.pts() * 1_000_000 * base.num() / base.den(),
                                            packet.size(),
                                            crc.getValue()));
                }
                avcodec.av_packet_unref(packet);
            }
        } finally {
            avcodec.av_packet_free(packet);
        }
        return packets;
    }
}
