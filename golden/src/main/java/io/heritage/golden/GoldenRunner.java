package io.heritage.golden;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heritage.models.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the known cases in some folders and compares the networks' outputs with reference tensors.
 */
public final class GoldenRunner {
    private static final Logger LOG = LoggerFactory.getLogger(GoldenRunner.class);

    private final JsonMapper json = JsonMapper.builder().build();
    private final List<GoldenKind> kinds;

    private GoldenRunner(List<GoldenKind> kinds) {
        this.kinds = List.copyOf(kinds);
    }

    /** Knows the cases of all networks here. */
    public static GoldenRunner ofAllNetworks(TorchRuntime runtime) {
        List<GoldenKind> kinds = new ArrayList<>(RifeGoldens.kinds(runtime));
        kinds.addAll(SeedVr2Goldens.kinds(runtime));
        kinds.addAll(WanGoldens.kinds(runtime));
        return new GoldenRunner(kinds);
    }

    /** Knows only these cases, by the stems of their names. */
    static GoldenRunner of(Map<String, GoldenCase> cases) {
        return new GoldenRunner(List.of()).with(cases);
    }

    /**
     * Knows these cases too.
     *
     * @param more by the stems of their names
     */
    public GoldenRunner with(Map<String, GoldenCase> more) {
        List<GoldenKind> all = new ArrayList<>(kinds);
        more.forEach((stem, golden) -> all.add(new GoldenKind(stem, golden)));
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
        return GoldenKind.of(name, description, kinds)
                .or(() -> GoldenKind.of(stem, description, kinds))
                .map(kind -> run(name, kind.golden(), file, description))
                .orElseGet(() -> new GoldenResult.Skipped(name, "no network runs this case"));
    }

    /** Cases come from files: whatever one throws is its failure and does not stop the others. */
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
