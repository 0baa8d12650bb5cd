package io.heritage.golden;

import io.heritage.models.torch.TorchRuntime;
import java.util.HashMap;
import java.util.Map;

/** Cases of SeedVR2; spec seedvr2.md. Sizes and channels come from the vectors. */
final class SeedVr2Goldens {
    private SeedVr2Goldens() {}

    static Map<String, GoldenCase> cases(TorchRuntime runtime) {
        Map<String, GoldenCase> cases = new HashMap<>(SeedVr2DitGoldens.cases(runtime));
        cases.putAll(SeedVr2VaeGoldens.cases(runtime));
        cases.putAll(SeedVr2PixelGoldens.cases(runtime));
        cases.putAll(SeedVr2ClipGoldens.cases(runtime));
        cases.putAll(SeedVr2RuleGoldens.cases());
        return cases;
    }
}
