package io.heritage.models.wan;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.Work.Stage;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.GpuMemory;
import io.heritage.models.torch.Precision;
import io.heritage.models.wan.WanMemoryEstimate.NetworkBytes;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.dit.WanDitLayout;
import io.heritage.models.wan.text.Umt5Layout;
import io.heritage.models.wan.vae.WanVaeLayout;
import io.heritage.models.wan.vae.WanVaeLayout.Half;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What of Wan2.2 I2V A14B in bf16 stays on cards that are not here: a pure function of the card's
 * memory, of what another tenant holds, and of the job.
 */
class WanResidencyTest {
    private static final long GIB = 1L << 30;
    private static final LatentSize LARGE = LatentSize.ofVideo(81, 720, 1280);

    /**
     * @param freeGib of an idle card of 80, 141 and 24 GB after CUDA has started there
     * @param besideGib what another tenant holds
     */
    @ParameterizedTest
    @CsvSource({
        "78.6, 0, 480, 832, ALL",
        "78.6, 0, 720, 1280, ALL",
        "139.3, 0, 720, 1280, ALL",
        "139.3, 45, 720, 1280, ALL",
        "78.6, 30, 720, 1280, ONE_EXPERT",
        "21.9, 0, 480, 832, SWAP_BLOCKS"
    })
    void theExpertsThatStay(
            double freeGib, long besideGib, int height, int width, Residency expected) {
        long free = (long) (freeGib * GIB) - besideGib * GIB;
        WanMemoryEstimate estimate =
                published(LatentSize.ofVideo(81, height, width), Precision.BF16);
        assertThat(estimate.fitting(GpuMemory.usable(free)))
                .as("at its peak %.1f GiB", (double) estimate.peak(expected) / GIB)
                .isEqualTo(Optional.of(expected));
    }

    /** In 96 channels at full size: 4 tensors of 4 frames, and 16 frames that layers remember. */
    @Test
    void encodingTakesFloat32WhateverTheOtherStagesComputeIn() {
        long encoding =
                Objects.requireNonNull(published(LARGE, Precision.BF16).stages().get(Stage.ENCODE));
        assertThat(encoding)
                .isGreaterThan(32L * 96 * 720 * 1280 * Float.BYTES)
                .isEqualTo(published(LARGE, Precision.FP32).stages().get(Stage.ENCODE));
        assertThat(published(LARGE, Precision.BF16).stages().get(Stage.DECODE))
                .isLessThan(published(LARGE, Precision.FP32).stages().get(Stage.DECODE));
    }

    @Test
    void theEncodersWeightsAreCountedInFloat32() {
        WanVaeLayout vae = WanVaeLayout.WAN21;
        assertThat(vae.parameters()).isEqualTo(126_892_531);
        assertThat(WanMemoryEstimate.vaeBytes(vae, Precision.BF16))
                .isEqualTo(4 * vae.parameters(Half.ENCODER) + 2 * vae.parameters(Half.DECODER));
    }

    private static WanMemoryEstimate published(LatentSize size, Precision precision) {
        long expert = WanDitLayout.A14B.parameters() * precision.bytes();
        var weights =
                new NetworkBytes(
                        expert,
                        expert / WanDitLayout.A14B.layers(),
                        Umt5Layout.XXL.parameters() * precision.bytes(),
                        WanMemoryEstimate.vaeBytes(WanVaeLayout.WAN21, precision));
        int decodeChunk = WanSettings.defaults(new Device.Cuda(0)).decodeChunk();
        return WanMemoryEstimate.of(
                WanDitLayout.A14B, WanVaeLayout.WAN21, weights, precision, decodeChunk, size);
    }
}
