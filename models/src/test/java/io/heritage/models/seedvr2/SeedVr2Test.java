package io.heritage.models.seedvr2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.Cancellation;
import io.heritage.models.FrameSink;
import io.heritage.models.PipelineCancelled;
import io.heritage.models.Work;
import io.heritage.models.Work.Stage;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.frame.ColourFix;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.frame.RgbClip;
import io.heritage.models.seedvr2.sampling.Guidance;
import io.heritage.models.seedvr2.sampling.LerpSchedule;
import io.heritage.models.seedvr2.vae.Tiling;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a tiny model makes of clips. */
class SeedVr2Test extends SeedVr2Fixture {
    @ParameterizedTest
    @CsvSource({"1, 33, 0", "2, 33, 0", "6, 33, 0", "9, 5, 0", "11, 5, 2", "9, 5, 4", "4, 5, 1"})
    void asManyFramesComeOutAsWentIn(int frames, int chunk, int overlap) {
        var restored = restore(frames, new TemporalChunks(chunk, overlap), RestoreOptions.DEFAULT);
        assertThat(restored.frames).isEqualTo(frames);
        assertThat(restored.rgb()).hasSize(frames * 3 * 32 * 48);
    }

    @ParameterizedTest
    @EnumSource(ColourFix.class)
    void everyColourFixTakesChunksToo(ColourFix fix) {
        var options = RestoreOptions.DEFAULT.withColourFix(fix);
        assertThat(restore(7, new TemporalChunks(5, 1), options).frames).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"4, 7", "5, 5", "9, 1", "1, 1", "13, 4"})
    void eachSceneIsRestoredAsIfItStoodAlone(int before, int behind) {
        var chunks = new TemporalChunks(5, 2);
        var together = new Taken();
        var source = new Scenes(before, behind);
        model.restore(
                source,
                FrameGeometry.area(SIZE, 36, 52),
                chunks,
                RestoreOptions.DEFAULT,
                (rgb, frames) -> {
                    together.take(rgb, frames);
                    source.done += frames;
                },
                Work.UNWATCHED);

        byte[] first = restore(before, chunks, RestoreOptions.DEFAULT).rgb();
        byte[] second = restore(behind, chunks, RestoreOptions.DEFAULT).rgb();
        assertThat(together.rgb()).startsWith(first).endsWith(second);
        assertThat(together.frames).isEqualTo(before + behind);
        assertThat(source.mostWaiting).isLessThanOrEqualTo(2 * chunks.length());
    }

    /** Clips one after the other, and how many of their frames are on their way at most. */
    private static final class Scenes implements FrameSource {
        private final Deque<FrameSource> scenes = new ArrayDeque<>();
        private int given;
        private int done;
        private int mostWaiting;

        Scenes(int... frames) {
            for (int count : frames) {
                scenes.add(FrameSource.of(TestClips.waving(SIZE, count)));
            }
        }

        @Override
        public int read(ByteBuffer rgb, int frames) {
            int count = scenes.getFirst().read(rgb, frames);
            given += count;
            mostWaiting = Math.max(mostWaiting, given - done);
            return count;
        }

        @Override
        public boolean nextScene() {
            scenes.removeFirst();
            return !scenes.isEmpty();
        }
    }

    @Test
    void theColoursOfTheInputAreKept() {
        byte[] rgb = restore(5, ONE_CHUNK, RestoreOptions.DEFAULT).rgb();
        long red = 0;
        long blue = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            red += Byte.toUnsignedInt(rgb[i]);
            blue += Byte.toUnsignedInt(rgb[i + 2]);
        }
        double pixels = rgb.length / 3.0;
        assertThat(red / pixels).isBetween(180.0, 220.0);
        assertThat(blue / pixels).isBetween(30.0, 70.0);
    }

    @Test
    void aSeedGivesTheSameFramesAgainAndAnotherSeedOthers() {
        byte[] first = restore(2, ONE_CHUNK, RestoreOptions.DEFAULT).rgb();
        assertThat(restore(2, ONE_CHUNK, RestoreOptions.DEFAULT).rgb()).isEqualTo(first);
        assertThat(restore(2, ONE_CHUNK, RestoreOptions.DEFAULT.withSeed(667)).rgb())
                .isNotEqualTo(first);
    }

    @Test
    void theSizeOfSlicesChangesNothing() {
        byte[] small = restore(9, ONE_CHUNK, RestoreOptions.DEFAULT.withVae(4, null)).rgb();
        byte[] whole = restore(9, ONE_CHUNK, RestoreOptions.DEFAULT.withVae(8, null)).rgb();
        assertThat(worst(small, whole)).as("levels").isLessThanOrEqualTo(1);
    }

    @Test
    void tilesOfAFrameAreJoined() {
        var options = RestoreOptions.DEFAULT.withVae(4, Tiling.square(32, 16));
        assertThat(restore(5, ONE_CHUNK, options).frames).isEqualTo(5);
    }

    @Test
    void blocksThatStayOnTheHostGiveTheSameFrames() {
        byte[] resident = restore(1, ONE_CHUNK, RestoreOptions.DEFAULT).rgb();
        var onHost = RestoreOptions.DEFAULT.withBlocksOnHost(true);
        assertThat(restore(1, ONE_CHUNK, onHost).rgb()).isEqualTo(resident);
    }

    @Test
    void guidanceAndStepsAreFollowed() {
        byte[] plain = restore(1, ONE_CHUNK, RestoreOptions.DEFAULT).rgb();
        var guided = RestoreOptions.DEFAULT.withSampling(new LerpSchedule(3), new Guidance(2, 0.5));
        assertThat(restore(1, ONE_CHUNK, guided).rgb()).isNotEqualTo(plain);
    }

    @Test
    void wordsComeOutAsFineAsTheyAreComputed() {
        byte[] bytes = restore(5, ONE_CHUNK, RestoreOptions.DEFAULT).rgb();
        short[] words = restoreWords(TestClips.waving(SIZE, 5));
        int rounded = 0;
        int between = 0;
        for (int i = 0; i < bytes.length; i++) {
            double level = Short.toUnsignedInt(words[i]) / 257.0;
            rounded += Math.abs(level - Byte.toUnsignedInt(bytes[i])) <= 0.51 ? 1 : 0;
            between += Math.abs(level - Math.rint(level)) > 0.1 ? 1 : 0;
        }
        assertThat(rounded).as("rounded they are the bytes").isEqualTo(bytes.length);
        assertThat(between).as("most lie between two bytes").isGreaterThan(bytes.length / 2);
    }

    @Test
    void wordsGoInWithMoreThanEightBits() {
        RgbClip bytes = TestClips.waving(SIZE, 5);
        short[] same = restoreWords(words(bytes, 0));
        assertThat(same).isEqualTo(restoreWords(bytes));
        assertThat(mean(restoreWords(words(bytes, 100))) - mean(same))
                .as("a shift of 100 of 65,535 is seen in the colours")
                .isBetween(50.0, 150.0);
    }

    private static double mean(short[] words) {
        return IntStream.range(0, words.length)
                .map(i -> Short.toUnsignedInt(words[i]))
                .average()
                .orElseThrow();
    }

    private static RgbClip words(RgbClip bytes, int shift) {
        ByteBuffer from = bytes.rgb();
        ByteBuffer words =
                ByteBuffer.allocateDirect(2 * from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < from.remaining(); i++) {
            words.putShort((short) (Byte.toUnsignedInt(from.get(i)) * 257 + shift));
        }
        return new RgbClip(bytes.size(), bytes.frames(), SampleDepth.SIXTEEN, words.flip());
    }

    private static short[] restoreWords(RgbClip clip) {
        var taken = new Taken();
        model.restore(
                FrameSource.of(clip),
                FrameGeometry.area(SIZE, 36, 52),
                ONE_CHUNK,
                RestoreOptions.DEFAULT,
                FrameSink.of(SampleDepth.SIXTEEN, taken::take),
                Work.UNWATCHED);
        byte[] bytes = taken.rgb();
        short[] words = new short[bytes.length / 2];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(words);
        return words;
    }

    @Test
    void anExactSizeIsGivenExactly() {
        var geometry = FrameGeometry.exact(SIZE, new FrameSize(70, 50));
        var taken = new Taken();
        model.restore(
                FrameSource.of(TestClips.waving(SIZE, 1)),
                geometry,
                ONE_CHUNK,
                RestoreOptions.DEFAULT,
                taken::take,
                Work.UNWATCHED);
        assertThat(taken.rgb()).hasSize(3 * 50 * 70);
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"ENCODE", "DIFFUSE", "DECODE"})
    void aCancelledClipStopsAfterTheBlock(Stage stage) {
        var cancelled = new boolean[1];
        var work =
                new Work(
                        Cancellation.when(() -> cancelled[0]),
                        (now, done, _) -> {
                            assertThat(cancelled[0]).as("goes on after it was cancelled").isFalse();
                            cancelled[0] = now == stage && done == 2;
                        });
        assertThatThrownBy(() -> restore(model, 9, ONE_CHUNK, RestoreOptions.DEFAULT, work))
                .isInstanceOf(PipelineCancelled.class);
        assertThat(restore(1, ONE_CHUNK, RestoreOptions.DEFAULT).frames).isEqualTo(1);
    }

    @Test
    void everyStageTellsHowFarItIs() {
        Set<Stage> finished = EnumSet.noneOf(Stage.class);
        var work =
                new Work(
                        Cancellation.NEVER,
                        (stage, done, total) -> {
                            assertThat(done).isBetween(1, total);
                            if (done == total) {
                                finished.add(stage);
                            }
                        });
        restore(model, 6, ONE_CHUNK, RestoreOptions.DEFAULT, work);
        assertThat(finished).containsExactlyInAnyOrder(Stage.ENCODE, Stage.DIFFUSE, Stage.DECODE);
    }

    @Test
    void noFramesAreRefused() {
        assertThatThrownBy(() ->
                        model.restore(
                                (_, _) -> 0,
                                FrameGeometry.area(SIZE, 32, 48),
                                ONE_CHUNK,
                                RestoreOptions.DEFAULT,
                                (_, _) -> {},
                                Work.UNWATCHED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no frames");
    }
}
