package io.heritage.standalone.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * For three quarters of a minute and always the same files; {@code conformance/fuzz --minutes N}
 * runs it for longer with others. In a process of its own, which may crash and whose memory is
 * counted.
 */
class FuzzTest {
    private static final long SECONDS = Long.getLong("heritage.fuzz.seconds", 45);
    private static final long SEED = Long.getLong("heritage.fuzz.seed", 1);
    private static final long PATIENCE = Long.getLong("heritage.fuzz.patience", 120);

    /** Where {@code ContainersTest} has written videos of every kind, if this is set. */
    private static final Optional<String> VIDEOS =
            Optional.ofNullable(System.getProperty("heritage.fuzz.videos"));

    @Test
    void damagedFilesAreReadOrRefusedAndTheProcessNeitherCrashesNorHangsNorGrows()
            throws IOException, InterruptedException {
        Path findings = Files.createDirectories(Path.of("target/fuzz"));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                // All of the heap is there from the start: what grows is native.
                                "-Xms256m",
                                "-XX:+AlwaysPreTouch",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:ErrorFile=" + findings.resolve("crash.log"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Fuzz.class.getName(),
                                Long.toString(SECONDS),
                                Long.toString(SEED),
                                Long.toString(PATIENCE),
                                findings.toString(),
                                "../models/src/test/resources",
                                "../media/src/test/resources"));
        VIDEOS.ifPresent(command::add);
        Path written = findings.resolve("output.txt");
        Process child =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(written.toFile())
                        .start();
        try {
            assertThat(child.waitFor(SECONDS + 2 * PATIENCE + 300, TimeUnit.SECONDS))
                    .as("what it read last is in %s", findings.toAbsolutePath())
                    .isTrue();
        } finally {
            child.destroyForcibly();
        }
        String output = new String(Files.readAllBytes(written), StandardCharsets.UTF_8);
        String said =
                String.join("\n", output.lines().filter(line -> !line.contains(" @ 0x")).toList());

        assertThat(child.exitValue())
                .as("what it read last is in %s\n%s", findings.toAbsolutePath(), said)
                .isZero();
        assertThat(said).contains(" 0 faults");
        System.out.println(said);
    }
}
