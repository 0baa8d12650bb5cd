package io.heritage.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WanGoldenTest {
    private static final Path GOLDEN = Path.of("../models/src/test/resources/golden");

    @TempDir Path folder;

    @Test
    void wanEqualsItsReference() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN.resolve("wan22"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        String interpolation = "rife_full.safetensors"; // weights of the last step of e2e_tiny
        Files.copy(GOLDEN.resolve(interpolation), folder.resolve(interpolation));
        List<GoldenResult> results = new ArrayList<>();
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu())) {
            var totals = GoldenRunner.ofAllNetworks(runtime).run(List.of(folder), results::add);
            assertThat(totals).as(results.toString()).hasToString("27 passed, 0 failed, 0 skipped");
        }
    }
}
