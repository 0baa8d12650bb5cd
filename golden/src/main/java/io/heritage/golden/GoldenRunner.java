package io.heritage.golden;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heritage.models.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs every case it knows in some folders and compares the networks' outputs with reference
 * tensors.
 */
public final class GoldenRunner {
    private static final Logger LOG = LoggerFactory.getLogger(GoldenRunner.class);

    private final JsonMapper json = JsonMapper.builder().build();
    private final Map<String, GoldenCase> cases;

    /**
     * @param cases by the {@code name} in their json
     */
    public GoldenRunner(Map<String, GoldenCase> cases) {
        this.cases = Map.copyOf(cases);
    }

    /** Knows the cases of all networks here. */
    public static GoldenRunner ofAllNetworks(TorchRuntime runtime) {
        Map<String, GoldenCase> cases = new HashMap<>(RifeGoldens.cases(runtime));
        cases.putAll(SeedVr2Goldens.cases(runtime));
        cases.putAll(WanGoldens.cases(runtime));
        return new GoldenRunner(cases);
    }

    /** Knows these cases too. */
    public GoldenRunner with(Map<String, GoldenCase> more) {
        Map<String, GoldenCase> all = new HashMap<>(cases);
        all.putAll(more);
        return new GoldenRunner(all);
    }

    /**
     * Runs the cases of folders in order of their names.
     *
     * @param folders or single json files
     * @param onResult told of each as soon as it is done
     */
    public GoldenTotals run(List<Path> folders, Consumer<GoldenResult> onResult) {
        GoldenTotals totals = GoldenTotals.NONE;
        for (Path folder : folders) {
            totals = runFolder(folder, onResult, totals);
        }
        return totals;
    }

    private GoldenTotals runFolder(
            Path folder, Consumer<GoldenResult> onResult, GoldenTotals before) {
        List<Path> files;
        try {
            files = jsonFiles(folder);
        } catch (IOException e) {
            var broken = new GoldenResult.Broken(folder.toString(), "cannot be read: " + e);
            onResult.accept(broken);
            return before.plus(broken);
        }
        GoldenTotals totals = before;
        for (Path file : files) {
            GoldenResult result = runFile(file);
            onResult.accept(result);
            totals = totals.plus(result);
        }
        return totals;
    }

    private static List<Path> jsonFiles(Path folder) throws IOException {
        if (!Files.isDirectory(folder) && Files.exists(folder)) {
            return List.of(folder);
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
    }

    private GoldenResult runFile(Path file) {
        String stem = file.getFileName().toString().replaceFirst("\\.json$", "");
        JsonNode description;
        try {
            description = json.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            return new GoldenResult.Broken(
                    stem, "%s is not JSON: %s".formatted(file, e.getOriginalMessage()));
        } catch (IOException e) {
            return new GoldenResult.Broken(stem, "%s cannot be read: %s".formatted(file, e));
        }
        if (!description.isObject()) {
            return new GoldenResult.Broken(stem, file + " holds no JSON object");
        }
        String name = description.path("name").asText(stem);
        GoldenCase golden = cases.get(name);
        return golden == null
                ? new GoldenResult.Skipped(name, "no network here knows this case")
                : run(name, golden, file, description);
    }

    /** Cases come from outside: whatever one throws is its failure and stops no other. */
    private static GoldenResult run(
            String name, GoldenCase golden, Path file, JsonNode description) {
        try (GoldenVectors vectors = GoldenVectors.open(file, description)) {
            golden.run(vectors);
            List<OutputCheck> checks = vectors.checks();
            if (checks.isEmpty()) {
                return new GoldenResult.Broken(name, file + " expects no outputs");
            }
            return checks.stream().allMatch(OutputCheck::passed)
                    ? new GoldenResult.Passed(name, checks)
                    : new GoldenResult.Failed(name, checks);
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("case", file).setCause(e).log("golden case cannot be run");
            return new GoldenResult.Broken(name, "%s: %s".formatted(file, reason(e)));
        }
    }

    private static String reason(RuntimeException e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        Throwable cause = e.getCause();
        return cause == null ? message : message + " (" + cause + ")";
    }
}
