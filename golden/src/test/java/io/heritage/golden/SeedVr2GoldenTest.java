package io.heritage.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A part of the reference vectors that meets every block; the command {@code golden} runs all. */
class SeedVr2GoldenTest {
    private static final Path GOLDEN = Path.of("../models/src/test/resources/golden/seedvr2");

    @Test
    void everyBlockEqualsItsReference() {
        List<GoldenResult> results = new ArrayList<>();
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu())) {
            GoldenTotals totals =
                    GoldenRunner.ofAllNetworks(runtime).run(List.of(GOLDEN), results::add);
            assertThat(results).allSatisfy(r -> assertThat(r.toString()).startsWith("PASS"));
            assertThat(totals).hasToString("20 passed, 0 failed, 0 skipped");
        }
    }
}
