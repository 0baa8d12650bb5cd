package io.heritage.standalone.progress;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Wire;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What each renderer prints, character by character, by a clock that the test moves. */
class ProgressViewTest {
    private static final Screen TERMINAL = new Screen(true, 100, true, false);
    private static final Screen FILE = new Screen(false, 100, true, false);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private ProgressView view(ProgressMode mode, Screen screen) {
        return new ProgressView(
                mode, screen, ProgressSubject.onFrames("bunny.mp4"), err, () -> now);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** 40 frames at 4 a second, after a place in the queue. */
    private void run(ProgressView view) {
        view.isJob("j-1");
        view.queued(
                OptionalLong.of(2),
                Optional.of(Duration.ofSeconds(20)),
                Optional.of(Duration.ofSeconds(65)));
        for (int done = 0; done <= 40; done += 4) {
            view.report("decode", done, 40);
            now = now.plus(Duration.ofSeconds(1));
        }
        view.note("a note");
        view.end("COMPLETED");
        view.close();
    }

    @Test
    void aBarIsRedrawnInOneLineAndIsWholeOnlyAtTheEnd() {
        run(view(ProgressMode.AUTO, TERMINAL));

        String[] draws = printed().split("\r", -1);
        assertThat(draws[1])
                .isEqualTo("bunny.mp4  queued, 2 ahead, starts in about 0:20 to 1:05\u001b[K");
        assertThat(draws[2])
                .isEqualTo("bunny.mp4  decode  ░░░░░░░░░░░░░░░░░░░░░░░░  0 %  0/40 frames\u001b[K");
        assertThat(draws[7])
                .isEqualTo(
                        "bunny.mp4  decode  ████████████░░░░░░░░░░░░  50 %  20/40 frames  4.0 fps "
                                + " eta 0:05\u001b[K");
        assertThat(draws[12])
                .startsWith("bunny.mp4  decode  ████████████████████████  99 %  40/40 frames")
                .endsWith("\u001b[K" + System.lineSeparator() + "heritage: a note\n");
        assertThat(draws).hasSize(13);
    }

    @Test
    void anEndFollowsTheBarInItsLine() {
        ProgressView view = view(ProgressMode.TTY, TERMINAL);
        view.report("decode", 1, 2);
        now = now.plus(Duration.ofSeconds(90));
        view.end("FAILED");

        assertThat(printed()).endsWith("\rbunny.mp4  failed in 1:30\u001b[K\n");
    }

    @Test
    void aBarIsDrawnAtMostTenTimesASecond() {
        ProgressView view = view(ProgressMode.TTY, TERMINAL);
        for (int i = 0; i < 1000; i++) {
            view.report("decode", i, 1000);
            now = now.plus(Duration.ofMillis(1));
        }

        assertThat(printed().split("\r")).hasSizeLessThanOrEqualTo(11);
    }

    @Test
    void aNarrowTerminalLosesTheRateFirstAndNoLineIsTooLong() {
        for (int columns : new int[] {20, 30, 40, 60, 72, 80, 200}) {
            bytes.reset();
            now = now.plus(Duration.ofMinutes(1));
            run(view(ProgressMode.TTY, new Screen(true, columns, true, false)));

            for (String line : printed().split("[\r\n]")) {
                assertThat(line.replace("\u001b[K", "").length())
                        .as("%d columns: %s", columns, line)
                        .isLessThan(columns);
            }
            assertThat(printed()).contains("decode").contains("%");
        }
    }

    @Test
    void aNameOfWideCharactersDoesNotMakeALineWrapAndNoneMovesTheCursor() {
        ProgressSubject work = ProgressSubject.onFrames("日本の古い映画\u001b[2J\n.mp4");
        var view =
                new ProgressView(
                        ProgressMode.TTY, new Screen(true, 30, true, false), work, err, () -> now);
        view.report("decode", 1, 0);
        view.queued(OptionalLong.empty(), Optional.empty(), Optional.empty());
        view.end("COMPLETED");

        assertThat(printed())
                .contains("\r日本の古い映画?[2J?.mp4  queu\u001b[K")
                .contains("\r日本の古い映画?[2J?.mp4  done\u001b[K");
    }

    @Test
    void anotherCharacterSetGetsPlainCharacters() {
        ProgressView view = view(ProgressMode.TTY, new Screen(true, 80, false, false));
        view.report("decode", 1, 2);

        assertThat(printed())
                .contains("############............")
                .doesNotContainPattern("[^\\x00-\\x7f]");
    }

    @Test
    void theTaskbarShowsTheShareAndIsClearedAtTheEnd() {
        run(view(ProgressMode.TTY, new Screen(true, 100, true, true)));

        assertThat(printed()).contains("\u001b]9;4;3;0\u0007", "\u001b]9;4;1;50\u0007");
        assertThat(printed()).endsWith("\u001b]9;4;0;0\u0007");
    }

    @Test
    void aLogGetsALineForEachStageAndTenthAndTheEndWithoutControlCharacters() {
        run(view(ProgressMode.AUTO, FILE));

        assertThat(printed().lines())
                .containsExactly(
                        "bunny.mp4: queued, 2 ahead, starts in about 0:20 to 1:05",
                        "bunny.mp4: decode: 0 of 40",
                        "bunny.mp4: decode: 8 of 40, 0:08 left",
                        "bunny.mp4: decode: 16 of 40, 0:06 left",
                        "bunny.mp4: decode: 24 of 40, 0:04 left",
                        "bunny.mp4: decode: 32 of 40, 0:02 left",
                        "bunny.mp4: decode: 40 of 40",
                        "heritage: a note",
                        "bunny.mp4: done in 0:11");
        assertThat(printed()).doesNotContain("\r").doesNotContain("\u001b");
    }

    @Test
    void slowWorkIsToldOfEveryHalfMinute() {
        ProgressView view = view(ProgressMode.PLAIN, FILE);
        for (int i = 0; i < 120; i++) {
            view.report("encode", 1, 1000);
            now = now.plus(Duration.ofSeconds(1));
        }

        assertThat(printed().lines()).hasSize(4);
    }

    @Test
    void jsonIsOneEventALineAndTheLastOneSaysSo() throws Exception {
        run(view(ProgressMode.JSON, TERMINAL));

        List<String> lines = printed().lines().toList();
        assertThat(lines.getFirst())
                .isEqualTo(
                        "{\"v\":1,\"seq\":1,\"type\":\"job\",\"job\":\"j-1\",\"name\":\"bunny.mp4\","
                                + "\"status\":\"IN_QUEUE\",\"outlook\":{\"ahead\":2,"
                                + "\"wait\":{\"p50\":20000,\"p90\":65000}}}");
        assertThat(lines.get(6))
                .isEqualTo(
                        "{\"v\":1,\"seq\":7,\"type\":\"job\",\"job\":\"j-1\",\"name\":\"bunny.mp4\","
                                + "\"status\":\"IN_PROGRESS\",\"progress\":{\"stage\":\"decode\","
                                + "\"frames_done\":20,\"frames_total\":40,\"seconds_left\":5}}");
        JsonNode last = Wire.json().readTree(lines.getLast());
        assertThat(last.path("end").asBoolean()).isTrue();
        assertThat(last.path("status").asText()).isEqualTo("COMPLETED");
    }

    @Test
    void workThatIsLeftWithoutAnEndWasStopped() {
        ProgressView view = view(ProgressMode.JSON, FILE);
        view.report("decode", 1, 2);
        view.close();
        view.close();

        assertThat(printed().lines()).hasSize(2);
        assertThat(printed()).contains("\"status\":\"STOPPED\"");
    }

    @Test
    void noneIsNothing() {
        run(view(ProgressMode.NONE, TERMINAL));

        assertThat(printed()).isEmpty();
    }

    @Test
    void aDumbTerminalIsTreatedAsALog() {
        assertThat(Screen.of(true, 80, Map.of("TERM", "dumb")).usual())
                .isEqualTo(ProgressMode.PLAIN);
        assertThat(Screen.of(true, 80, Map.of("TERM", "xterm", "LANG", "C.UTF-8")))
                .isEqualTo(new Screen(true, 80, true, false));
        assertThat(Screen.of(true, 80, Map.of("VTE_VERSION", "7900")).taskbar()).isTrue();
        assertThat(Screen.of(true, 80, Map.of("VTE_VERSION", "7800")).taskbar()).isFalse();
    }

    @Test
    void whereStagesTakeTurnsTheTimeLeftIsThatOfAllOfThem() {
        TimeLeft left = new TimeLeft();
        List<Long> seconds = new ArrayList<>();
        runInChunks(
                3,
                (stage, done) ->
                        left.after(stage, done, 100, now)
                                .ifPresent(time -> seconds.add(time.toSeconds())));

        assertThat(seconds).startsWith(90L, 89L, 88L).endsWith(71L, 71L, 70L, 70L, 70L, 70L);
        assertThat(seconds).isSortedAccordingTo(Comparator.reverseOrder());
    }

    private interface Report {
        void frames(String stage, long done);
    }

    /** Chunks of 10 frames that take 4 s, 4 s and 2 s, which write their frames in the end. */
    private void runInChunks(int chunks, Report report) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            for (String stage : List.of("encode", "diffuse")) {
                for (int block = 0; block < 4; block++) {
                    report.frames(stage, 10L * chunk);
                    now = now.plus(Duration.ofSeconds(1));
                }
            }
            for (int frame = 0; frame < 10; frame++) {
                report.frames("decode", 10L * chunk + frame);
                now = now.plus(Duration.ofMillis(200));
            }
        }
    }

    @Test
    void stagesThatTakeTurnsAreNotAllPrintedAgain() {
        ProgressView view = view(ProgressMode.PLAIN, FILE);
        runInChunks(10, (stage, done) -> view.report(stage, done, 100));
        view.end("COMPLETED");

        assertThat(printed().lines())
                .startsWith(
                        "bunny.mp4: encode: 0 of 100",
                        "bunny.mp4: diffuse: 0 of 100",
                        "bunny.mp4: decode: 0 of 100")
                .contains("bunny.mp4: encode: 10 of 100, 1:30 left")
                .contains("bunny.mp4: encode: 90 of 100, 0:10 left")
                .endsWith("bunny.mp4: done in 1:40")
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
    void daysAreTold() {
        assertThat(TimeLeft.shown(Duration.ofHours(76).plusSeconds(5))).isEqualTo("3d 04:00:05");
        assertThat(TimeLeft.shown(Duration.ofSeconds(7207))).isEqualTo("2:00:07");
    }
}
