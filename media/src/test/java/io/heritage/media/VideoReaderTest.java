package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.FrameSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoReaderTest {

    /**
     * Bytes from the box name {@code tkhd} (version 0) to its display matrix. ISO 14496-12, 8.3.2.
     */
    private static final int TKHD_TO_MATRIX = 44;

    /**
     * Bytes from the sample entry's name {@code avc1} to width and height. ISO 14496-12, 12.1.3.
     */
    private static final int AVC1_TO_SIZE = 28;

    @TempDir private Path folder;

    @Test
    void theHeadersAreProbed() throws IOException {
        VideoProbe probe =
                VideoProbe.of(TestMedia.file(folder, TestMedia.BUNNY), ImageLimits.DEFAULT);
        assertThat(probe.codec()).isEqualTo("h264");
        assertThat(probe.uprightSize()).isEqualTo(new FrameSize(1280, 720));
        assertThat(probe.frameRate()).isEqualTo(new Rational(25, 1));
        assertThat(probe.timeBase()).isEqualTo(new Rational(1, 12_800));
        assertThat(probe.pixelAspect()).isEqualTo(Rational.ONE);
        assertThat(probe.tracks())
                .containsExactly(
                        new VideoProbe.Track(0, "video", "h264", 0),
                        new VideoProbe.Track(1, "audio", "aac", 6));
    }

    @Test
    void framesComeWithTheirTimestampsAndAreCounted() throws IOException {
        try (VideoReader reader =
                VideoReader.open(
                        new ByteArrayInputStream(TestMedia.bytes(TestMedia.BUNNY)),
                        ImageLimits.DEFAULT)) {
            long expected = 0;
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                assertThat(frame.pts()).isEqualTo(512 * expected++);
                assertThat(frame.duration()).isEqualTo(512);
                frame.close();
            }
            assertThat(reader.framesRead())
                    .isEqualTo(expected)
                    .isEqualTo(reader.probe().declaredFrames().orElseThrow());
            assertThat(Files.exists(reader.file())).isTrue();
        }
    }

    @Test
    void theTemporaryFileOfAStreamGoesWithTheReader() throws IOException {
        Path temporary;
        try (VideoReader reader =
                VideoReader.open(
                        new ByteArrayInputStream(TestMedia.bytes(TestMedia.BUNNY)),
                        ImageLimits.DEFAULT)) {
            temporary = reader.file();
        }
        assertThat(temporary).doesNotExist();
    }

    @Test
    void aFramesMemoryIsUsedAgain() throws IOException {
        try (VideoReader reader =
                VideoReader.open(TestMedia.file(folder, TestMedia.BUNNY), ImageLimits.DEFAULT)) {
            VideoFrame first = VideoWriterTest.require(reader.next());
            first.close();
            assertThatThrownBy(() -> first.pixels().pixels())
                    .isInstanceOf(IllegalStateException.class);
            first.close();
            try (VideoFrame second = VideoWriterTest.require(reader.next());
                    VideoFrame third = VideoWriterTest.require(reader.next())) {
                assertThat(second.pixels().pixels()).isNotEqualTo(third.pixels().pixels());
            }
        }
    }

    @Test
    void aDisplayMatrixTurnsThePixels() throws IOException {
        Path stored = folder.resolve("stored.mp4");
        RgbFrame picture = halves(64, 32);
        VideoWriterTest.write(
                stored, VideoEncoding.of(new FrameSize(64, 32), new Rational(25, 1)), picture);
        byte[] bytes = Files.readAllBytes(stored);
        int[] quarterTurnClockwise = {0, 1 << 16, 0, -(1 << 16), 0, 0, 32 << 16, 0, 1 << 30};
        int matrix = indexOf(bytes, "tkhd") + TKHD_TO_MATRIX;
        for (int i = 0; i < quarterTurnClockwise.length; i++) {
            ByteBuffer.wrap(bytes).putInt(matrix + 4 * i, quarterTurnClockwise[i]);
        }
        try (VideoReader reader =
                        VideoReader.open(new ByteArrayInputStream(bytes), ImageLimits.DEFAULT);
                VideoFrame frame = VideoWriterTest.require(reader.next())) {
            assertThat(reader.size()).isEqualTo(new FrameSize(32, 64));
            assertThat(TestMedia.rgb(frame.pixels(), 16, 8) >> 16)
                    .as("left half turns up, red")
                    .isGreaterThan(200);
            assertThat(TestMedia.rgb(frame.pixels(), 16, 56) & 0xff)
                    .as("right half turns down, blue")
                    .isGreaterThan(200);
        }
    }

    /** Left half red, right half blue. */
    private static RgbFrame halves(int width, int height) {
        RgbFrame frame = TestMedia.even(width, height, 255, 0, 0);
        for (int y = 0; y < height; y++) {
            for (int x = width / 2; x < width; x++) {
                frame.pixels()
                        .put((y * width + x) * 3, (byte) 0)
                        .put((y * width + x) * 3 + 2, (byte) 255);
            }
        }
        return frame;
    }

    @Test
    void anAbsurdSizeIsRefusedFromTheHeader() {
        byte[] bytes = TestMedia.bytes(TestMedia.BUNNY);
        ByteBuffer.wrap(bytes)
                .putShort(
                        indexOf(bytes, "avc1", indexOf(bytes, "stsd")) + AVC1_TO_SIZE,
                        (short) 60_000);
        ByteBuffer.wrap(bytes)
                .putShort(
                        indexOf(bytes, "avc1", indexOf(bytes, "stsd")) + AVC1_TO_SIZE + 2,
                        (short) 60_000);
        assertRejected(
                bytes, "60000x60000 pixels (3600 megapixels) exceed the limit of 100 megapixels");
    }

    @Test
    void aVideoBeyondTheLimitsIsRefusedWhateverItsHeaderSays() {
        assertThatThrownBy(() ->
                        VideoReader.open(
                                new ByteArrayInputStream(TestMedia.bytes(TestMedia.BUNNY)),
                                new ImageLimits(900_000, 2000, 16)))
                .isInstanceOf(MediaRejected.class)
                .hasMessageContaining("1280x720 pixels");
    }

    @Test
    void aVideoWithoutItsIndexIsNamedSo() {
        byte[] bytes = TestMedia.bytes(TestMedia.BUNNY);
        int typeBox = indexOf(bytes, "moov") - 4;
        int mediaBox = indexOf(bytes, "mdat") - 4;
        byte[] withoutIndex = Arrays.copyOf(bytes, typeBox + bytes.length - mediaBox);
        System.arraycopy(bytes, mediaBox, withoutIndex, typeBox, bytes.length - mediaBox);
        assertRejected(
                withoutIndex,
                "an MP4 video without its index (moov): it is cut off or was never finished");
    }

    @Test
    void aVideoThatBreaksOffGivesItsFramesAndThenSaysSo() throws IOException {
        byte[] bytes = TestMedia.bytes(TestMedia.BUNNY);
        byte[] cut = Arrays.copyOf(bytes, bytes.length / 2);
        try (VideoReader reader =
                VideoReader.open(new ByteArrayInputStream(cut), ImageLimits.DEFAULT)) {
            assertThatThrownBy(
                            () -> {
                                for (VideoFrame frame = reader.next();
                                        frame != null;
                                        frame = reader.next()) {
                                    frame.close();
                                }
                            })
                    .isInstanceOf(MediaRejected.class)
                    .hasMessageMatching("video ends early, after \\d+ of 2\\d frames");
        }
    }

    @Test
    void aVideoWithoutFramesIsRefused() {
        byte[] header =
                "YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C420jpeg\n".getBytes(StandardCharsets.US_ASCII);
        assertRejected(header, "video without frames: its rawvideo track of 64x48 is empty");
    }

    @Test
    void soundAloneIsRefused() {
        assertRejected(wave(), "no video track among the file's tracks: audio (pcm_s16le)");
    }

    @Test
    void ffv1IsDecodedByOneThreadAndDamagedSlicesAreRefused() throws IOException {
        Path video = TestMedia.file(folder, "damaged-ffv1.mkv");
        try (MediaFile file = MediaFile.open(video, ImageLimits.DEFAULT)) {
            AVCodecContext decoder = MediaFile.openDecoder(file.videoStream(), ImageLimits.DEFAULT);
            assertThat(decoder.thread_count()).isOne();
            avcodec.avcodec_free_context(decoder);
        }
        try (VideoReader reader = VideoReader.open(video, ImageLimits.DEFAULT)) {
            assertThatThrownBy(() -> reader.skip(6))
                    .isInstanceOf(MediaRejected.class)
                    .hasMessageStartingWith("video is damaged after 1 decoded frames");
        }
    }

    /** FFmpeg ends the process at the first: it makes a sample of no bytes. */
    @Test
    void stillPicturesAmongTheBoxesOfAVideoAreRefused() {
        byte[] item = TestMedia.bytes("item-without-bytes.mp4");
        byte[] avif = TestMedia.bytes("plain.avif");
        byte[] bunny = TestMedia.bytes(TestMedia.BUNNY);
        avif[8] = 'x'; // no brand that is read as a picture
        byte[] behindAVideo = Arrays.copyOf(bunny, bunny.length + item.length);
        System.arraycopy(item, 0, behindAVideo, bunny.length, item.length);

        for (byte[] bytes : List.of(item, avif, behindAVideo)) {
            assertThatThrownBy(() ->
                            VideoReader.open(new ByteArrayInputStream(bytes), ImageLimits.DEFAULT))
                    .isInstanceOf(MediaRejected.class)
                    .hasMessageContaining("also holds still pictures (HEIF items)");
        }
    }

    /** As FFmpeg reads it: what is in a box of media is no other box. */
    @Test
    void theNamesOfBoxesWithinMediaMeanNothing() throws IOException {
        byte[] bytes = TestMedia.bytes(TestMedia.BUNNY);
        int media = indexOf(bytes, "mdat");
        int size = ByteBuffer.wrap(bytes).getInt(media - 4);
        byte[] name = "iinf".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, bytes, media + size - 12, name.length); // of its last packet
        try (VideoReader reader =
                VideoReader.open(new ByteArrayInputStream(bytes), ImageLimits.DEFAULT)) {
            assertThat(reader.probe().codec()).isEqualTo("h264");
        }
    }

    @Test
    void otherFilesAreNamed() {
        assertRejected(
                TestMedia.bytes("rocket.jpg"),
                "not a video but a picture (JPEG); expected MP4, MOV, MKV, WebM, AVI or MPEG");
        assertRejected(
                "#EXTM3U\n#EXTINF:1,\n/etc/hosts\n".getBytes(StandardCharsets.US_ASCII),
                "not a video but text; expected MP4, MOV, MKV, WebM, AVI or MPEG");
        assertRejected(
                new byte[0], "not a video but empty; expected MP4, MOV, MKV, WebM, AVI or MPEG");
    }

    private static void assertRejected(byte[] bytes, String message) {
        assertThatThrownBy(() ->
                        VideoReader.open(new ByteArrayInputStream(bytes), ImageLimits.DEFAULT))
                .isInstanceOf(MediaRejected.class)
                .hasMessage(message);
    }

    /** A tenth of a second of silence, PCM. */
    static byte[] wave() {
        int samples = 4410;
        ByteBuffer bytes =
                ByteBuffer.allocate(44 + samples * 2).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + samples * 2);
        bytes.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) 1);
        bytes.putInt(44_100).putInt(88_200).putShort((short) 2).putShort((short) 16);
        bytes.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(samples * 2);
        return bytes.array();
    }

    static int indexOf(byte[] bytes, String name) {
        return indexOf(bytes, name, 0);
    }

    static int indexOf(byte[] bytes, String name, int from) {
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(name, from);
        assertThat(at).as(name).isNotNegative();
        return at;
    }
}
