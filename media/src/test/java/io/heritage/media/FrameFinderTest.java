package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames whose number is drawn into them, as twelve black and white blocks. */
final class FrameFinderTest {
    private static final int FRAMES = 300;
    private static final int ACROSS = 4;
    private static final int BLOCK_WIDTH = 24;
    private static final int BLOCK_HEIGHT = 16;
    private static final int BITS = 12;
    private static final FrameSize SIZE = new FrameSize(96, 64);

    /** The longest stretch without a key frame that our encoders and the clips have. */
    private static final int KEY_FRAMES = 100;

    @TempDir private Path folder;

    private static RgbFrame numbered(int number) {
        RgbFrame frame = TestMedia.drawn(SIZE.width(), SIZE.height(), number % 7);
        ByteBuffer pixels = frame.pixels();
        for (int y = 0; y < 3 * BLOCK_HEIGHT; y++) {
            for (int x = 0; x < SIZE.width(); x++) {
                int bit = y / BLOCK_HEIGHT * ACROSS + x / BLOCK_WIDTH;
                byte value = (byte) ((number >> bit & 1) == 1 ? 220 : 20);
                int at = 3 * (y * SIZE.width() + x);
                pixels.put(at, value).put(at + 1, value).put(at + 2, value);
            }
        }
        return frame;
    }

    private static int numberIn(RgbFrame frame) {
        int number = 0;
        for (int bit = 0; bit < BITS; bit++) {
            int x = bit % ACROSS * BLOCK_WIDTH + BLOCK_WIDTH / 2;
            int y = bit / ACROSS * BLOCK_HEIGHT + BLOCK_HEIGHT / 2;
            int value = frame.pixels().get(3 * (y * frame.width() + x)) & 0xff;
            number |= (value > 120 ? 1 : 0) << bit;
        }
        return number;
    }

    /** With uneven times. */
    private Path written(VideoFormat format) throws IOException {
        Path file = folder.resolve("numbered." + format.title());
        Rational rate = new Rational(25, 1);
        VideoEncoding encoding =
                VideoEncoding.of(SIZE, rate)
                        .withFormat(format)
                        .withRate(new Rational(1, 1000), rate);
        try (VideoWriter writer = VideoWriter.open(file, encoding, null)) {
            for (int i = 0; i < FRAMES; i++) {
                writer.write(numbered(i), 40L * i + i % 3, 40);
            }
            writer.finish();
        }
        return file;
    }

    private Path clip(String name) throws IOException {
        return switch (name) {
            case "mp4" -> written(VideoFormat.MP4);
            case "webm" -> written(VideoFormat.WEBM);
            default -> TestMedia.file(folder, name);
        };
    }

    private static long sum(RgbFrame frame) {
        var crc = new CRC32();
        crc.update(frame.pixels());
        return crc.getValue();
    }

    private static List<Long> sumsOneAfterTheOther(Path file) throws IOException {
        var sums = new ArrayList<Long>();
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT)) {
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                sums.add(sum(frame.pixels()));
                frame.close();
            }
        }
        return sums;
    }

    private static RgbFrame find(FrameFinder finder, long number) throws Exception {
        Optional<RgbFrame> found = finder.frame(number, () -> false);
        return found.orElseThrow(() -> new AssertionError("no frame " + number));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "webm", "numbered-open-gop.mp4", "numbered-hevc.mkv"})
    void fiftyFramesAtRandomAreThoseThatDecodingFromTheStartGives(String clip) throws Exception {
        Path file = clip(clip);
        List<Long> all = sumsOneAfterTheOther(file);
        assertThat(all).hasSize(FRAMES);
        FrameFinder finder = FrameFinder.of(file, ImageLimits.DEFAULT);
        assertThat(finder.isIndexed()).isTrue();
        assertThat(finder.frames()).hasValue(FRAMES);
        var random = new Random(20261129);
        for (int i = 0; i < 50; i++) {
            int number = i < 2 ? i * (FRAMES - 1) : random.nextInt(FRAMES);
            try (RgbFrame frame = find(finder, number)) {
                assertThat(numberIn(frame)).isEqualTo(number);
                assertThat(sum(frame)).as("pixels of frame %d", number).isEqualTo(all.get(number));
            }
        }
        assertThat(finder.frame(FRAMES, () -> false)).isEmpty();
    }

    @Test
    void aLateFrameIsFoundFromTheKeyFrameBeforeIt() throws Exception {
        FrameFinder finder = FrameFinder.of(clip("mp4"), ImageLimits.DEFAULT);
        var passed = new AtomicInteger();
        try (RgbFrame last =
                finder.frame(FRAMES - 1, () -> passed.incrementAndGet() < 0).orElseThrow()) {
            assertThat(numberIn(last)).isEqualTo(FRAMES - 1);
        }
        assertThat(passed).hasValueLessThan(KEY_FRAMES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"joined-forward.ts", "interlaced.mp4"})
    void whereNoIndexTellsFramesAreCountedFromTheStart(String clip) throws Exception {
        Path file = clip(clip);
        List<Long> all = sumsOneAfterTheOther(file);
        FrameFinder finder = FrameFinder.of(file, ImageLimits.DEFAULT);
        for (int number : List.of(all.size() - 1, 0, all.size() / 2)) {
            try (RgbFrame frame = find(finder, number)) {
                assertThat(sum(frame)).isEqualTo(all.get(number));
            }
        }
        assertThat(finder.frame(all.size(), () -> false)).isEmpty();
        assertThat(finder.frames()).hasValue(all.size());
    }

    @Test
    void aPictureHasOneFrame() throws Exception {
        FrameFinder finder =
                FrameFinder.of(TestMedia.file(folder, "rocket.jpg"), ImageLimits.DEFAULT);
        try (RgbFrame frame = find(finder, 0);
                RgbFrame small = FrameFinder.within(frame, 64)) {
            assertThat(frame.width()).isEqualTo(640);
            assertThat(new FrameSize(small.width(), small.height()))
                    .isEqualTo(new FrameSize(64, 43));
            assertThat(FrameFinder.within(small, 100)).isSameAs(small);
        }
        assertThat(finder.frame(1, () -> false)).isEmpty();
    }

    @Test
    void whatTakesTooLongIsStoppedAndWhatIsNoPictureRefused() throws Exception {
        FrameFinder finder = FrameFinder.of(clip("joined-forward.ts"), ImageLimits.DEFAULT);
        assertThatThrownBy(() -> finder.frame(5, () -> true)).isInstanceOf(TimeoutException.class);
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "<html>no picture</html>");
        assertThatThrownBy(() -> FrameFinder.of(text, ImageLimits.DEFAULT))
                .isInstanceOf(MediaRejected.class);
    }
}
