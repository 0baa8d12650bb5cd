package io.heritage.models.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.dit.AttentionKernel;
import io.heritage.models.wan.dit.CudnnAttention;
import org.junit.jupiter.api.Test;

class CudnnAttentionTest {
    private static final int HEAD_SIZE = 128;

    @Test
    void isRefusedAtLoadWhereItIsDemandedAndMissing() {
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu())) {
            assertThatThrownBy(() -> chosen(runtime, AttentionKernel.CUDNN))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("attention CUDNN: cpu has no such kernel (")
                    .hasMessageContaining("_scaled_dot_product_cudnn_attention")
                    .hasMessageEndingWith("Use AUTO or SDPA")
                    .hasMessageNotContaining("\n");
            assertThat(runtime.openValues()).isZero();
        }
    }

    @Test
    void isNotTriedWhereNobodyExpectsIt() {
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu())) {
            assertThat(chosen(runtime, AttentionKernel.AUTO)).isFalse();
            assertThat(chosen(runtime, AttentionKernel.SDPA)).isFalse();
        }
    }

    private static boolean chosen(TorchRuntime runtime, AttentionKernel wanted) {
        return CudnnAttention.chosen(runtime, wanted, HEAD_SIZE, Precision.BF16.torchType());
    }
}
