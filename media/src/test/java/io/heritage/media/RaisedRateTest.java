package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RaisedRateTest {

    @TempDir private Path folder;

    @Test
    void unevenFramesGetExactTimestampsBetween() throws IOException {
        Path input = folder.resolve("vfr.mp4");
        VideoEncoding encoding =
                VideoEncoding.of(new FrameSize(64, 48), new Rational(25, 1))
                        .withRate(new Rational(1, 1000), new Rational(25, 1));
        try (VideoWriter writer = VideoWriter.open(input, encoding, null)) {
            for (long time : new long[] {0, 40, 200, 248}) {
                writer.write(TestMedia.drawn(64, 48, time), time, 40);
            }
            writer.finish();
        }
        assertThat(VideoWriterTest.milliseconds(raise(input, 4)))
                .containsExactly(
                        0L, 10L, 20L, 30L, 40L, 80L, 120L, 160L, 200L, 212L, 224L, 236L, 248L);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8})
    void aClipKeepsItsLengthAndItsSound(int times) throws IOException {
        Path input = TestMedia.file(folder, TestMedia.BUNNY);
        VideoProbe before = VideoProbe.of(input, ImageLimits.DEFAULT);
        Path output = raise(input, times);
        VideoProbe after = VideoProbe.of(output, ImageLimits.DEFAULT);
        long frames = before.declaredFrames().orElseThrow();
        assertThat(after.declaredFrames()).hasValue((frames - 1) * times + 1);
        assertThat(after.frameRate().value())
                .isCloseTo(25 * times, org.assertj.core.data.Percentage.withPercentage(4));
        assertThat(after.duration()).isEqualTo(before.duration());
        assertThat(VideoWriterTest.soundPackets(output))
                .isEqualTo(VideoWriterTest.soundPackets(input));
    }

    /** The earlier frame stands where a network would put a new one. */
    private static Path raise(Path input, int times) throws IOException {
        RaisedRate rate = new RaisedRate(times);
        Path output = input.resolveSibling("raised.mp4");
        VideoReader reader = VideoReader.open(input, ImageLimits.DEFAULT);
        try (FramePairs pairs = new FramePairs(reader);
                AudioPassThrough audio = AudioPassThrough.of(reader.file(), ImageLimits.DEFAULT);
                VideoWriter writer =
                        VideoWriter.open(
                                output,
                                rate.raise(VideoEncoding.like(reader.probe())).withCrf(30),
                                audio)) {
            while (pairs.advance()) {
                long from = pairs.earlier().pts();
                long to = pairs.later().pts();
                for (int step = 0; step < times; step++) {
                    writer.write(pairs.earlier().pixels(), rate.between(from, to, step), to - from);
                }
            }
            VideoFrame last = pairs.later();
            writer.write(last.pixels(), rate.scaled(last.pts()), rate.scaled(last.duration()));
            writer.finish();
        }
        assertThat(Files.size(output)).isPositive();
        return output;
    }

    @Test
    void otherFactorsAreRefused() {
        assertThatThrownBy(() -> new RaisedRate(3))
                .hasMessageContaining("2, 4 or 8 times; found 3");
    }

    @Test
    void aVideoOfOneFrameHasNoPair() throws IOException {
        Path one = folder.resolve("one.mp4");
        VideoWriterTest.write(
                one,
                VideoEncoding.of(new FrameSize(64, 48), new Rational(25, 1)),
                TestMedia.drawn(64, 48, 1));
        try (FramePairs pairs = new FramePairs(VideoReader.open(one, ImageLimits.DEFAULT))) {
            assertThat(pairs.advance()).isFalse();
            assertThat(pairs.later().pts()).isZero();
            assertThatThrownBy(pairs::earlier).isInstanceOf(IllegalStateException.class);
        }
    }
}
