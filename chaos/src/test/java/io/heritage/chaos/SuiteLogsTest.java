package io.heritage.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the tests of all modules have printed, of which this is the last: no secret that one of them
 * used is in it. Where modules were not tested before, there is less to search.
 */
class SuiteLogsTest {
    /** Keys, passwords and signed addresses of tests, each of them used by one at least. */
    private static final List<String> SECRETS =
            List.of(
                    "hk-correct-horse", // a client's key
                    "st0re-s3cret", // a store of certificates
                    "us3r-s3cret", // a user of Kafka
                    "br0ker-s3cret",
                    "p4rt-s3cret", // a part of Heritage, as a user of Kafka
                    "an-access-secret-of-tests", // a bucket
                    "hook-secret"); // the address of a webhook

    @Test
    void noSecretOfATestIsInItsLog() throws IOException {
        for (Path log : logs(Path.of("..").toRealPath())) {
            assertThat(secretsIn(log)).as(log.toString()).isEmpty();
        }
    }

    @Test
    void aSecretInALogIsFound(@TempDir Path project) throws IOException {
        Path reports = Files.createDirectories(project.resolve("one/target/surefire-reports"));
        Files.writeString(
                reports.resolve("io.heritage.SomeTest-output.txt"),
                "a line\nsasl.jaas.config=us3r-s3cret\n");
        Files.writeString(reports.resolve("io.heritage.SomeTest.txt"), "Tests run: 1\n");

        List<Path> found = logs(project);

        assertThat(found).hasSize(1);
        assertThat(secretsIn(found.getFirst())).containsExactly("us3r-s3cret");
    }

    private static List<String> secretsIn(Path log) throws IOException {
        String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        return SECRETS.stream().filter(text::contains).toList();
    }

    private static List<Path> logs(Path project) throws IOException {
        try (Stream<Path> modules = Files.list(project)) {
            return modules.map(module -> module.resolve("target").resolve("surefire-reports"))
                    .filter(Files::isDirectory)
                    .flatMap(SuiteLogsTest::outputs)
                    .toList();
        }
    }

    private static Stream<Path> outputs(Path reports) {
        try (Stream<Path> files = Files.list(reports)) {
            return files.filter(file -> file.toString().endsWith("-output.txt")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
