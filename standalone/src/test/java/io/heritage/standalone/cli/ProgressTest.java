package io.heritage.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

    /** Chunks of 10 frames that take 4 s, 4 s and 2 s, which write their frames in the end. */
    private void runInChunks(Progress progress, int chunks) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            for (String stage : List.of("encode", "diffuse")) {
                for (int block = 0; block < 4; block++) {
                    progress.report(stage, 10L * chunk, 100);
                    now = now.plus(Duration.ofSeconds(1));
                }
            }
            for (int frame = 0; frame < 10; frame++) {
                progress.report("decode", 10L * chunk + frame, 100);
                now = now.plus(Duration.ofMillis(200));
            }
        }
    }

    @Test
    void whereStagesTakeTurnsTheTimeLeftIsThatOfAllOfThem() {
        TimeLeft left = new TimeLeft();
        List<Long> seconds = new ArrayList<>();
        runInChunks(
                new Progress() {
                    @Override
                    public void note(String text) {}

                    @Override
                    public void report(String stage, long done, long total) {
                        left.after(stage, done, total, now)
                                .ifPresent(time -> seconds.add(time.toSeconds()));
                    }

                    @Override
                    public void close() {}
                },
                3);

        assertThat(seconds).startsWith(90L, 89L, 88L).endsWith(71L, 71L, 70L, 70L, 70L, 70L);
        assertThat(seconds).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void stagesThatTakeTurnsAreNotAllPrintedAgain() {
        Progress progress = progress(false, false);
        runInChunks(progress, 10);
        progress.report("decode", 100, 100);

        assertThat(printed().lines())
                .startsWith("encode: 0 of 100", "diffuse: 0 of 100", "decode: 0 of 100")
                .contains("encode: 10 of 100, 1:30 left", "encode: 90 of 100, 0:10 left")
                .endsWith("decode: 100 of 100")
                .hasSize(13);
    }

    @Test
    void anotherPieceOfWorkIsTimedByItself() {
        TimeLeft left = new TimeLeft();
        left.after("load", 0, 0, now);
        now = now.plus(Duration.ofMinutes(5));
        left.after("interpolate", 0, 10, now);
        now = now.plus(Duration.ofSeconds(1));

        assertThat(left.after("interpolate", 1, 10, now)).contains(Duration.ofSeconds(9));
        assertThat(left.after("interpolate", 0, 10, now)).as("begun again").isEmpty();
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
