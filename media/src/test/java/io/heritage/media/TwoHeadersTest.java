package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own, whose memory is counted from its start. */
class TwoHeadersTest {

    /**
     * The picture that the first header names needs 12 KiB, the other one up to 280 MiB. HEVC's
     * decoder has tables of half a byte a pixel before it looks at the limit.
     */
    private static final long MOST_GROWTH = 40L << 20;

    @TempDir Path folder;

    @Test
    void aSecondHeaderBuysNoMemory() throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                TwoHeaders.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        try {
            assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            child.destroyForcibly();
        }
        List<String> lines =
                new String(Files.readAllBytes(said), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.matches("(jpeg|tiff|png|webp|gif|avif|heic) \\d+ .*"))
                        .toList();
        assertThat(lines).hasSize(7).allSatisfy(TwoHeadersTest::assertBounded);
    }

    private static void assertBounded(String line) {
        String[] words = line.split(" ", 3);
        assertThat(words[2]).matches("refused: .*|decoded 64x64").doesNotContain("@ 0x");
        assertThat(Long.parseLong(words[1])).as(line).isLessThan(MOST_GROWTH);
    }
}
