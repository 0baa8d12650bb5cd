package io.heritage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code conformance/contract.tsv} names the tests that show each rule of the HTTP contract. */
class ContractListTest {
    private static final Path ROOT = Path.of("..");

    /**
     * @param shownBy {@code CLASS.METHOD} of tests, or files in this repository
     */
    record Rule(String area, String text, List<String> shownBy) {
        @Override
        public String toString() {
            return area + ": " + text;
        }
    }

    static Stream<Rule> rules() throws IOException {
        return Files.readAllLines(ROOT.resolve("conformance/contract.tsv")).stream()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .map(row -> new Rule(row[0], row[1], List.of(row[2].split(" "))));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void whatShowsARuleIsThere(Rule rule) throws IOException {
        assertThat(rule.shownBy()).isNotEmpty();
        for (String shown : rule.shownBy()) {
            assertThat(isThere(shown)).as("%s, of %s", shown, rule).isTrue();
        }
    }

    private static boolean isThere(String shown) throws IOException {
        if (shown.startsWith("conformance/")) {
            return Files.exists(ROOT.resolve(shown));
        }
        String[] name = shown.split("\\.");
        Optional<Path> file = testClass(name[0]);
        return file.isPresent() && Files.readString(file.get()).contains("void " + name[1] + "(");
    }

    private static Optional<Path> testClass(String name) throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.filter(Files::isDirectory).toList()) {
                Path tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    try (Stream<Path> files = Files.walk(tests)) {
                        Optional<Path> found =
                                files.filter(f -> f.getFileName().toString().equals(name + ".java"))
                                        .findFirst();
                        if (found.isPresent()) {
                            return found;
                        }
                    }
                }
            }
            return Optional.empty();
        }
    }
}
