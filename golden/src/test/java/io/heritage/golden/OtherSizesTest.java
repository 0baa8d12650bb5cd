package io.heritage.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cases of other sizes than those we know are run too: they bear names of their own. */
class OtherSizesTest {
    private static final Path GOLDEN = Path.of("../models/src/test/resources/golden");
    private static final String TENSORS = ".safetensors";

    private static final Map<String, String> OTHER_NAMES =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("seedvr2/rope_hd32", "rope_hd64"),
                            Map.entry("seedvr2/preprocess_odd", "preprocess_portrait"),
                            Map.entry("seedvr2/block7b_shifted", "block7b_wide"),
                            Map.entry("seedvr2/dit3b_tiny_image", "dit3b_small_image"),
                            Map.entry("seedvr2/vae_encode_t9", "vae_encode_t33"),
                            Map.entry("seedvr2/vae_decode_t3", "vae_decode_t7"),
                            Map.entry("seedvr2/weights_vae_tiny", "weights_vae_small"),
                            Map.entry("seedvr2/e2e_video3_3b", "e2e_portrait"),
                            Map.entry("seedvr2/schedule", "schedule_long"),
                            Map.entry("wan22/umt5_tiny", "umt5_small"),
                            Map.entry("wan22/dit_tiny", "dit_small"),
                            Map.entry("wan22/vae_encode", "vae_encode_wide"),
                            Map.entry("wan22/vae_decode", "vae_decode_wide"),
                            Map.entry("wan22/e2e_tiny", "e2e_small"),
                            Map.entry("rife_full", "rife_full_wide")));

    /** Weights that the cases name. */
    private static final List<String> WEIGHTS =
            List.of(
                    "seedvr2/weights_dit3b_tiny",
                    "seedvr2/weights_vae_tiny",
                    "wan22/vae_encode",
                    "wan22/vae_decode",
                    "rife_full");

    @TempDir Path folder;

    @Test
    void aCaseIsRunWhateverFollowsTheStemOfItsName() throws IOException {
        for (Map.Entry<String, String> copy : OTHER_NAMES.entrySet()) {
            copyAs(GOLDEN.resolve(copy.getKey()), copy.getValue());
        }
        for (String weights : WEIGHTS) {
            Path file = GOLDEN.resolve(weights + TENSORS);
            Files.copy(file, folder.resolve(file.getFileName()));
        }
        List<GoldenResult> results = new ArrayList<>();
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu())) {
            var totals = GoldenRunner.ofAllNetworks(runtime).run(List.of(folder), results::add);
            assertThat(totals)
                    .as(results.toString())
                    .hasToString("%d passed, 0 failed, 0 skipped".formatted(OTHER_NAMES.size()));
        }
        assertThat(results)
                .extracting(GoldenResult::name)
                .containsExactlyInAnyOrderElementsOf(OTHER_NAMES.values());
    }

    /** With its tensors; nothing in the copy tells the old name. */
    private void copyAs(Path original, String name) throws IOException {
        var json = JsonMapper.builder().build();
        var description =
                (ObjectNode) json.readTree(Files.readAllBytes(withEnd(original, ".json")));
        description.put("name", name);
        if (description.has("file")) {
            description.put("file", name + TENSORS);
        }
        Files.write(folder.resolve(name + ".json"), json.writeValueAsBytes(description));
        Path tensors = withEnd(original, TENSORS);
        if (Files.exists(tensors)) {
            Files.copy(tensors, folder.resolve(name + TENSORS));
        }
    }

    private static Path withEnd(Path stem, String end) {
        return stem.resolveSibling(stem.getFileName() + end);
    }
}
