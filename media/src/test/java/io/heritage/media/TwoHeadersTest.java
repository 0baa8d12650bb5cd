package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In a process of its own, whose memory is counted from its start. */
class TwoHeadersTest {

    /** The picture that the first header names needs 12 KiB, the other one 280 MiB. */
    private static final long MOST_GROWTH = 24L << 20;

    @Test
    void aSecondHeaderBuysNoMemory() throws IOException {
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
                        .start();
        List<String> lines =
                new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.matches("(jpeg|tiff|png|webp|gif) \\d+ .*"))
                        .toList();
        assertThat(lines).hasSize(5).allSatisfy(TwoHeadersTest::assertBounded);
    }

    private static void assertBounded(String line) {
        String[] words = line.split(" ", 3);
        assertThat(words[2]).matches("refused: .*|decoded 64x64").doesNotContain("@ 0x");
        assertThat(Long.parseLong(words[1])).as(line).isLessThan(MOST_GROWTH);
    }
}
