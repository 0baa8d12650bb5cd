package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneCutTest {

    private static final FrameSize SIZE = new FrameSize(640, 360);

    private final SceneCut scenes = new SceneCut();
    private final ImageResampler resampler = new ImageResampler();

    @Test
    void neighboursOfAClipAreNoCut(@TempDir Path folder) throws IOException {
        Path bunny = TestMedia.file(folder, TestMedia.BUNNY);
        try (FramePairs pairs = new FramePairs(VideoReader.open(bunny, ImageLimits.DEFAULT))) {
            while (pairs.advance()) {
                assertThat(scenes.measure(pairs.earlier().pixels(), pairs.later().pixels()))
                        .matches(change -> !change.isCut());
            }
        }
    }

    @Test
    void fromOnePictureToAnotherIsACut(@TempDir Path folder) throws IOException {
        RgbFrame rocket = resampler.fit(TestMedia.picture("rocket.jpg"), SIZE);
        RgbFrame cat = resampler.fit(TestMedia.picture("chelsea.png"), SIZE);
        assertThat(scenes.measure(rocket, cat)).matches(SceneCut.Change::isCut);
        try (VideoReader bunny =
                        VideoReader.open(
                                TestMedia.file(folder, TestMedia.BUNNY), ImageLimits.DEFAULT);
                VideoFrame frame = VideoWriterTest.require(bunny.next())) {
            RgbFrame small = resampler.fit(frame.pixels(), SIZE);
            assertThat(scenes.measure(small, rocket)).matches(SceneCut.Change::isCut);
            assertThat(scenes.measure(cat, small)).matches(SceneCut.Change::isCut);
        }
    }

    /** Two shots of dark tones. */
    @Test
    void aCutAtNightIsFound(@TempDir Path folder) throws IOException {
        Path night = TestMedia.file(folder, "cut-night.mp4");
        List<Long> cuts = new ArrayList<>();
        try (FramePairs pairs = new FramePairs(VideoReader.open(night, ImageLimits.DEFAULT))) {
            for (long frame = 1; pairs.advance(); frame++) {
                if (scenes.isCut(pairs.earlier().pixels(), pairs.later().pixels())) {
                    cuts.add(frame);
                }
            }
        }
        assertThat(cuts).containsExactly(5L);
    }

    @Test
    void aFastPanIsNoCut() {
        RgbFrame cat = TestMedia.picture("chelsea.png");
        RgbFrame before = resampler.resize(cat, new CropBox(0, 0, 76, 54), SIZE);
        RgbFrame after = resampler.resize(cat, new CropBox(16, 6, 76, 54), SIZE);
        assertThat(scenes.measure(before, after)).matches(change -> !change.isCut());
    }

    @Test
    void aFlashIsNoCut() {
        RgbFrame before = resampler.fit(TestMedia.picture("rocket.jpg"), SIZE);
        RgbFrame flash = RgbFrame.allocate(SIZE.width(), SIZE.height());
        ByteBuffer bright = flash.pixels();
        for (int i = 0; i < flash.bytes(); i++) {
            bright.put(i, (byte) Math.min(255, (before.pixels().get(i) & 0xff) + 90));
        }
        assertThat(scenes.measure(before, flash)).matches(change -> !change.isCut());
    }

    /** Within a quarter of a second, to black and back. */
    @Test
    void aFadeIsNoCut() {
        RgbFrame cat = resampler.fit(TestMedia.picture("chelsea.png"), SIZE);
        List<RgbFrame> fading = new ArrayList<>();
        for (int left = 6; left >= 0; left--) {
            fading.add(darker(cat, left, 6));
        }
        for (int i = 1; i < fading.size(); i++) {
            assertNoCut(fading.get(i - 1), fading.get(i));
            assertNoCut(fading.get(i), fading.get(i - 1));
        }
    }

    /** By up to an eighth of the width and a tenth of the height, in every direction. */
    @Test
    void aShakingHandIsNoCut() {
        RgbFrame cat = TestMedia.picture("chelsea.png");
        RgbFrame before = resampler.resize(cat, new CropBox(10, 5, 76, 54), SIZE);
        for (int[] way : new int[][] {{9, 5}, {-9, 3}, {2, -5}, {-7, -4}}) {
            var box = new CropBox(10 + way[0], 5 + way[1], 76, 54);
            assertNoCut(before, resampler.resize(cat, box, SIZE));
        }
    }

    /** The second shot has the very tones of the first, by day. */
    @Test
    void aCutBetweenShotsOfTheSameTonesIsFound() {
        RgbFrame shot = resampler.fit(TestMedia.picture("chelsea.png"), SIZE);
        assertThat(scenes.measure(shot, mirrored(shot)))
                .matches(change -> change.toneDistance() < 0.05)
                .matches(SceneCut.Change::isCut);
    }

    private void assertNoCut(RgbFrame earlier, RgbFrame later) {
        assertThat(scenes.measure(earlier, later)).matches(change -> !change.isCut());
    }

    private static RgbFrame darker(RgbFrame frame, int left, int of) {
        RgbFrame dark = RgbFrame.allocate(frame.width(), frame.height());
        ByteBuffer bright = frame.pixels();
        ByteBuffer pixels = dark.pixels();
        for (int i = 0; i < frame.bytes(); i++) {
            pixels.put(i, (byte) ((bright.get(i) & 0xff) * left / of));
        }
        return dark;
    }

    private static RgbFrame mirrored(RgbFrame frame) {
        RgbFrame mirrored = RgbFrame.allocate(frame.width(), frame.height());
        ByteBuffer from = frame.pixels();
        ByteBuffer pixels = mirrored.pixels();
        for (int i = 0; i < frame.bytes(); i++) {
            int row = i / (3 * frame.width());
            int column = frame.width() - 1 - i / 3 % frame.width();
            pixels.put(i, from.get((row * frame.width() + column) * 3 + i % 3));
        }
        return mirrored;
    }
}
