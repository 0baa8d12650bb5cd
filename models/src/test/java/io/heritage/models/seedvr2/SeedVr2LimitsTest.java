package io.heritage.models.seedvr2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.Work;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.vae.Tiling;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory that does not suffice, and files that are not those of the model. */
class SeedVr2LimitsTest extends SeedVr2Fixture {
    @Test
    void slicesAreAsLargeAsMemoryAllows() {
        var geometry = FrameGeometry.area(SIZE, 720, 1280);
        long plenty = 1L << 40;
        var fast = model.fitting(geometry, 121, RestoreOptions.DEFAULT, plenty);
        assertThat(fast.sliceFrames()).isEqualTo(32);
        long tight = model.estimate(geometry, 121, fast.withVae(8, null)).peak();
        assertThat(model.fitting(geometry, 121, RestoreOptions.DEFAULT, tight).sliceFrames())
                .isEqualTo(8);
    }

    @Test
    void weightsStayOnTheHostWhereTilesAloneDoNotFit() {
        var large = FrameGeometry.area(SIZE, 4320, 7680);
        var least = RestoreOptions.DEFAULT.withVae(4, Tiling.SMALL).withBlocksOnHost(true);
        long tight = model.estimate(large, 5, least).peak();
        assertThat(model.fitting(large, 5, RestoreOptions.DEFAULT, tight)).isEqualTo(least);
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheNumbersAndWhatWouldFit() {
        var large = FrameGeometry.area(SIZE, 4320, 7680);
        long available = 3L << 30;
        assertThatThrownBy(() -> model.fitting(large, 5, RestoreOptions.DEFAULT, available))
                .hasMessageMatching(
                        "6912x4784 in chunks of 5 frames: at least \\d+\\.\\d\\d GiB are needed"
                                + " \\(weights 0.0., encode \\S+, diffuse \\S+, decode \\S+\\),"
                                + " 3.00 GiB are available; the largest of this shape that fits"
                                + " is \\d+x\\d+");

        FrameSize fits = large.largestSmaller(smaller -> fits(smaller, available)).orElseThrow();
        assertThat(fits(FrameGeometry.exact(SIZE, fits), available)).isTrue();
        var larger = new FrameSize(fits.width() + 128, fits.height() + 96);
        assertThat(fits(FrameGeometry.exact(SIZE, larger), available)).isFalse();

        assertThatThrownBy(() -> model.fitting(large, 5, RestoreOptions.DEFAULT, 1 << 20))
                .hasMessageEndingWith("0.00 GiB are available; not even the smallest size fits");
    }

    private static boolean fits(FrameGeometry geometry, long available) {
        try {
            model.fitting(geometry, 5, RestoreOptions.DEFAULT, available);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    @Test
    void aTinyModelSaysSo() {
        assertThat(model.tiny()).isTrue();
        assertThat(model.variant()).isEqualTo(SeedVr2Variant.SEEDVR2_3B);
    }

    @Test
    void everyVariantRuns(@TempDir Path other) {
        for (SeedVr2Variant variant : SeedVr2Variant.values()) {
            try (SeedVr2 tiny = open(SeedVr2Tiny.write(other, variant))) {
                assertThat(
                                restore(tiny, 1, ONE_CHUNK, RestoreOptions.DEFAULT, Work.UNWATCHED)
                                        .frames)
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void aFileOfAnotherModelIsRefused(@TempDir Path other) throws IOException {
        Path dit = other.resolve("seedvr2_ema_7b.pth");
        TestSafetensors.writeSparse(dit, DitLayout.RELEASED_3B.expected());
        Files.copy(folder.resolve("ema_vae_fp16.safetensors"), other.resolve("ema_vae.pth"));
        SeedVr2Files files = SeedVr2Files.find(other, SeedVr2Variant.SEEDVR2_7B);
        assertThatThrownBy(() -> open(files))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining("'model': expected seedvr2_7b, found seedvr2_3b");
        TestSafetensors.writeSparse(dit, VaeLayout.RELEASED.expected());
        assertThatThrownBy(() -> open(files))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining("'model': expected seedvr2_7b, found vae");
    }

    @Test
    void missingFilesAreNamedWithTheirFolder(@TempDir Path empty) {
        assertThatThrownBy(() -> SeedVr2Files.find(empty, SeedVr2Variant.SEEDVR2_7B_SHARP))
                .hasMessageContainingAll(
                        "seedvr2_7b_sharp",
                        "seedvr2_ema_7b_sharp.pth",
                        "ema_vae.pth",
                        empty.toString());
    }
}
