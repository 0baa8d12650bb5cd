package io.heritage.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenRunnerTest {
    private static final Path GOLDEN = Path.of("../models/src/test/resources/golden");
    private static final Path WEIGHTS =
            Path.of("../models/src/main/resources/io/heritage/models/rife/rife47.safetensors");
    private static TorchRuntime runtime;

    @TempDir Path folder;

    @BeforeAll
    static void start() {
        runtime = TorchRuntime.start(TorchOptions.cpu());
    }

    @AfterAll
    static void close() {
        runtime.close();
    }

    @Test
    void rifeEqualsItsReference() throws IOException {
        for (String name : List.of("rife_warp", "rife_blocks", "rife_full", "rife_sequence")) {
            copy(name);
        }
        copy("rife_trained");
        Files.copy(WEIGHTS, folder.resolve("rife47.safetensors"));
        List<GoldenResult> results = new ArrayList<>();
        GoldenTotals totals = run(results);
        assertThat(totals).as(results.toString()).hasToString("5 passed, 0 failed, 0 skipped");
        assertThat(results).allSatisfy(r -> assertThat(r.toString()).startsWith("PASS rife_"));
    }

    @Test
    void anOutputThatDiffersFails() throws IOException {
        copy("rife_warp");
        Path tensors = folder.resolve("rife_warp.safetensors");
        byte[] bytes = Files.readAllBytes(tensors);
        int header = bytes[0] & 0xff | (bytes[1] & 0xff) << 8;
        String json = new String(bytes, 8, header, java.nio.charset.StandardCharsets.UTF_8);
        int begin =
                Integer.parseInt(
                        json.replaceAll(
                                "(?s).*\"out.image\":\\{[^}]*\"data_offsets\":\\[(\\d+),.*", "$1"));
        bytes[8 + header + begin + 3] = 0x41; // the first expected element becomes 8 or more
        Files.write(tensors, bytes);
        List<GoldenResult> results = new ArrayList<>();
        assertThat(run(results).failed()).isEqualTo(1);
        assertThat(results.getFirst().toString()).startsWith("FAIL rife_warp out.image worst ");
    }

    @Test
    void whatCannotBeRunFailsWithItsReasonAndStopsNothing() throws IOException {
        Files.writeString(folder.resolve("a_broken.json"), "{\"name\": \"rife_full\"");
        Files.writeString(folder.resolve("b_lonely.json"), "{\"name\": \"rife_full\"}");
        Files.writeString(folder.resolve("c_other.json"), "{\"name\": \"unheard_of\"}");
        copy("rife_warp");
        List<GoldenResult> results = new ArrayList<>();
        assertThat(run(results)).hasToString("1 passed, 2 failed, 1 skipped");
        assertThat(results)
                .extracting(GoldenResult::toString)
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("FAIL a_broken").contains("not JSON"),
                        line -> assertThat(line).startsWith("FAIL rife_full").contains("b_lonely"),
                        line -> assertThat(line).startsWith("SKIP unheard_of"),
                        line -> assertThat(line).startsWith("PASS rife_warp"));
    }

    @Test
    void aMissingFolderFails() {
        List<GoldenResult> results = new ArrayList<>();
        var runner = GoldenRunner.ofAllNetworks(runtime);
        var totals = runner.run(List.of(folder.resolve("nowhere")), results::add);
        assertThat(totals.allPassed()).isFalse();
    }

    @Test
    void notANumberNeverPasses() {
        GoldenTensor expected =
                new GoldenTensor.Elements(io.heritage.models.checkpoint.TensorShape.of(1), _ -> 1);
        GoldenTensor got = new GoldenTensor.Elements(expected.shape(), _ -> Double.NaN);
        var check = OutputCheck.compare("out", got, expected, new Tolerance(1e9, 1e9));
        assertThat(check.passed()).isFalse();
    }

    @Test
    void anExpectedOutputThatNothingComputesFails() throws IOException {
        copy("rife_blocks");
        copy("rife_full");
        var lazy = GoldenRunner.of(java.util.Map.of("rife_blocks", _ -> {}));
        List<GoldenResult> results = new ArrayList<>();
        lazy.run(List.of(folder), results::add);
        assertThat(results.getFirst().toString())
                .startsWith("FAIL rife_blocks")
                .contains("was not computed");
    }

    private GoldenTotals run(List<GoldenResult> results) {
        return GoldenRunner.ofAllNetworks(runtime).run(List.of(folder), results::add);
    }

    private void copy(String name) throws IOException {
        for (String end : List.of(".json", ".safetensors")) {
            Files.copy(GOLDEN.resolve(name + end), folder.resolve(name + end));
        }
    }
}
