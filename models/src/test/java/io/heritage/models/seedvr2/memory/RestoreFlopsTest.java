package io.heritage.models.seedvr2.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.schemas.FrameSize;
import org.junit.jupiter.api.Test;

/** Against operations counted one by one while the networks of the released sizes ran. */
class RestoreFlopsTest {
    private static final double TERA = 1e12;
    private static final int TEXT = 58;

    @Test
    void anImageTakesTheCollapsedKernels() {
        var size = new FrameSize(1280, 720);
        var seven = RestoreFlops.of(DitLayout.RELEASED_7B, VaeLayout.RELEASED, 1, size, TEXT);
        assertThat(seven.encode() / TERA).isCloseTo(4.2328129536, within(1e-9));
        assertThat(seven.diffuse() / TERA).isCloseTo(30.578, within(0.01));
        assertThat(seven.decode() / TERA).isCloseTo(9.4173659136, within(1e-9));
    }

    @Test
    void aVideoTakesWindowsOfAllSizes() {
        var size = new FrameSize(720, 1280);
        var three = RestoreFlops.of(DitLayout.RELEASED_3B, VaeLayout.RELEASED, 121, size, TEXT);
        assertThat(three.encode() / TERA).isCloseTo(1011.11758848, within(1e-6));
        assertThat(three.diffuse() / TERA).isCloseTo(663.92, within(0.1));
        assertThat(three.decode() / TERA).isCloseTo(2644.3305713664, within(1e-6));
    }
}
