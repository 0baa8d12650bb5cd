package io.heritage.golden;

import io.heritage.models.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;

/** Cases of SeedVR2; docs/spec/seedvr2.md. Sizes and channels come from the vectors. */
final class SeedVr2Goldens {
    private SeedVr2Goldens() {}

    static List<GoldenKind> kinds(TorchRuntime runtime) {
        List<GoldenKind> kinds = new ArrayList<>(SeedVr2DitGoldens.kinds(runtime));
        kinds.addAll(SeedVr2VaeGoldens.kinds(runtime));
        kinds.addAll(SeedVr2PixelGoldens.kinds(runtime));
        kinds.add(SeedVr2ClipGoldens.kind(runtime));
        kinds.addAll(SeedVr2RuleGoldens.kinds());
        return kinds;
    }
}
