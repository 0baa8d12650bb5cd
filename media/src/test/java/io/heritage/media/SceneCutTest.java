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
}
