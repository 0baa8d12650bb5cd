package io.heritage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each row of {@code docs/media.md} names tests that are there. */
class MediaPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`(?:([A-Z]\\w*Test)\\.?)?(\\w*)`");

    @Test
    void everyRowIsHeldByTestsThatAreThere() throws IOException {
        Map<String, Path> classes = testClasses();
        Set<String> missing = new LinkedHashSet<>();
        int rows = 0;
        for (String line : Files.readAllLines(ROOT.resolve("docs/media.md"))) {
            String cell = lastCell(line);
            if (cell.isEmpty()) {
                continue;
            }
            rows++;
            String owner = "MediaCommandsTest"; // whose methods stand alone
            for (MatchResult named : NAMED.matcher(cell).results().toList()) {
                owner = named.group(1) == null ? owner : named.group(1);
                Path file = classes.get(owner);
                String method = named.group(2);
                boolean there =
                        file != null
                                && (method.isEmpty()
                                        || Files.readString(file).contains("void " + method + "("));
                if (!there) {
                    missing.add(owner + "." + method);
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(rows).isGreaterThan(45);
    }

    /** The tests of a row of a table of tests; empty for all else. */
    private static String lastCell(String line) {
        if (!line.startsWith("| ") || line.endsWith("| test |")) {
            return "";
        }
        String[] cells = line.split("\\|");
        String last = cells[cells.length - 1].strip();
        return last.contains("`") ? last : "";
    }

    private static Map<String, Path> testClasses() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 12)) {
            return files.filter(file -> file.toString().contains("/src/test/java/"))
                    .filter(file -> file.toString().endsWith("Test.java"))
                    .collect(
                            Collectors.toMap(
                                    file -> file.getFileName().toString().replace(".java", ""),
                                    file -> file,
                                    (one, _) -> one));
        }
    }
}
