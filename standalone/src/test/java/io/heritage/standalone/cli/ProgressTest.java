package io.heritage.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private Progress progress(boolean tty, boolean json) {
        return Progress.on(err, new Terminal(false, false, tty, 60), json, () -> now);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** 100 frames, ten a second. */
    private void run(Progress progress) {
        for (int done = 0; done <= 100; done++) {
            progress.report("interpolate", done, 100);
            now = now.plus(Duration.ofMillis(100));
        }
        progress.close();
    }

    @Test
    void withoutATerminalLinesComeAtMostEveryTwoSecondsAndEndWithTheLast() {
        run(progress(false, false));

        assertThat(printed().lines())
                .startsWith("interpolate: 0 of 100", "interpolate: 20 of 100, 0:08 left")
                .endsWith("interpolate: 100 of 100")
                .hasSize(6);
    }

    @Test
    void slowWorkPrintsNoMoreThanALineATenth() {
        Progress progress = progress(false, false);
        for (int done = 0; done <= 100; done++) {
            progress.report("interpolate", done, 100);
            now = now.plus(Duration.ofSeconds(5));
        }

        assertThat(printed().lines()).hasSize(11);
    }

    @Test
    void onATerminalABarFillsOneLineAndTellsTheTimeLeft() {
        run(progress(true, false));

        assertThat(printed().lines()).hasSize(102);
        assertThat(printed()).contains("\r[").contains("50/100 0:05 left").endsWith("\n");
        assertThat(printed().split("\r"))
                .allSatisfy(line -> assertThat(line.strip().length()).isLessThan(64));
    }

    @Test
    void jsonIsOneObjectALine() {
        run(progress(true, true));

        assertThat(printed().lines())
                .first()
                .isEqualTo("{\"progress\":{\"stage\":\"interpolate\",\"done\":0,\"total\":100}}");
        assertThat(printed().lines()).allMatch(line -> line.startsWith("{\"progress\":"));
    }
}
