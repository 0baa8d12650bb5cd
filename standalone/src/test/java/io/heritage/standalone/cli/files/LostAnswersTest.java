package io.heritage.standalone.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.PngEncoder;
import io.heritage.media.RgbFrame;
import io.heritage.schemas.Wire;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.cli.jobs.FakeServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that follow a job while answers are lost, refused or break off. */
class LostAnswersTest {
    private static final String STATUS = "GET /v2/restore/status-sync/j-1?wait=1000";
    private static final String SHOW = "GET /v2/restore/requests/j-1";
    private static final String EVENTS = "GET /v2/restore/events/j-1";
    private static final String RUNNING = "{\"id\":\"j-1\",\"status\":\"IN_PROGRESS\"}";
    private static final String DONE = "{\"id\":\"j-1\",\"status\":\"COMPLETED\"}";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
    private final PrintStream stderr = System.err;
    private FakeServer server;
    @TempDir Path folder;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
        System.setErr(new PrintStream(progress, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        System.setErr(stderr);
        server.close();
    }

    private int run(Object... arguments) {
        return HeritageCommand.line(Terminal.none(), Map.of("HERITAGE_URL", server.url()))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }

    private String told() {
        return progress.toString(StandardCharsets.UTF_8) + err;
    }

    private Path picture(String name) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream png = Files.newOutputStream(file)) {
            png.write(png());
        }
        return file;
    }

    private static byte[] png() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (RgbFrame frame = RgbFrame.allocate(16, 16);
                var encoder = new PngEncoder()) {
            encoder.encode(frame, bytes);
        }
        return bytes.toByteArray();
    }

    private static String base64() throws IOException {
        return Base64.getEncoder().encodeToString(png());
    }

    private static String restored() throws IOException {
        return "{\"output\":{\"media\":[\"%s\"]},\"id\":\"j-1\",\"status\":\"COMPLETED\"}"
                .formatted(base64());
    }

    @Test
    void aLostPollIsAskedAgainAndTheJobIsNotLost() throws Exception {
        server.on("POST /v2/restore/run", 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}")
                .lostOnce(STATUS)
                .once(STATUS, 503, "{\"error\":\"no sink\"}")
                .brokenOnce(STATUS, 200, restored())
                .on(STATUS, 200, restored());
        Path target = folder.resolve("out.png");

        int code = run("restore", picture("in.png"), "-o", target);

        assertThat(code).as(told()).isZero();
        assertThat(target).hasBinaryContent(png());
        assertThat(told())
                .contains("does not answer", "asking again in 0.5 s")
                .contains("answers 503: no sink; asking again in 1.0 s")
                .contains("the reply is incomplete", "asking again in 2.0 s");
        assertThat(server.requests()).filteredOn(each -> each.startsWith("POST")).hasSize(1);
    }

    @Test
    void aJobThatIsGoneIsNotAskedForAgain() throws Exception {
        server.on("POST /v2/restore/run", 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}");

        assertThat(run("restore", picture("in.png"), "-o", folder.resolve("out.png"))).isOne();

        assertThat(told()).contains("job not found").doesNotContain("asking again");
    }

    @Test
    void framesOfAReplyThatBrokeOffAreNotCountedTwice() throws Exception {
        String frames =
                Stream.generate(() -> "\"x\"")
                        .limit(5)
                        .reduce((one, other) -> one + "," + other)
                        .orElseThrow()
                        .replace("x", base64());
        String poll = "GET /v2/interpolate/status-sync/j-1?wait=1000";
        String whole =
                "{\"output\":{\"frames\":[%s],\"metadata\":{\"frame_count\":5}},%s"
                        .formatted(frames, DONE.substring(1));
        server.on("POST /v2/interpolate/run", 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}")
                .brokenOnce(poll, 200, whole)
                .on(poll, 200, whole);
        Path target = folder.resolve("frames");

        int code = run("interpolate", picture("a.png"), picture("b.png"), "-o", target);

        assertThat(code).as(told()).isZero();
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .containsExactly("0000.png", "0001.png", "0002.png", "0003.png", "0004.png");
        }
        Path video = folder.resolve("out.mp4");
        server.brokenOnce(poll, 200, whole);
        assertThat(
                        run(
                                "interpolate",
                                folder.resolve("a.png"),
                                folder.resolve("b.png"),
                                "-o",
                                video))
                .as(told())
                .isZero();
        assertThat(run("compare", video, video, "--json")).isZero();
        assertThat(out.toString()).contains("\"frames\":5");
    }

    @Test
    void aRequestWhoseAnswerIsLostIsSentAgainOnlyIfItsKeyMakesItTheSameJob() throws Exception {
        String run = "POST /v2/restore/run";
        server.on(run, 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}")
                .on(STATUS, 200, restored())
                .brokenOnce(run, 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}");
        Path target = folder.resolve("out.png");

        assertThat(run("restore", picture("in.png"), "-o", target)).isEqualTo(5);
        assertThat(told())
                .contains("it is not known whether it accepted the job", "--idempotency-key");
        server.brokenOnce(run, 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}");
        assertThat(run("restore", picture("in.png"), "-o", target, "--idempotency-key=k"))
                .as(told())
                .isZero();

        assertThat(told()).contains("sending it again");
        assertThat(server.requests()).filteredOn(each -> each.startsWith("POST")).hasSize(3);
    }

    @Test
    void anAnswerWithoutAJobIsNone() throws Exception {
        server.on("POST /v2/restore/run", 200, "{}");

        assertThat(run("run", "restore", "{\"input\":{}}")).isEqualTo(5);
        assertThat(run("restore", picture("in.png"), "-o", folder.resolve("out.png"))).isEqualTo(5);

        assertThat(told()).contains("the reply has no job with a status");
    }

    @ParameterizedTest
    @CsvSource({"200", "404", "501", "503"})
    void watchingGoesOnWhereEventsBreakOffOrAreNotThere(int status) {
        server.on(SHOW, 200, DONE)
                .once(SHOW, 200, RUNNING)
                .brokenOnce(
                        EVENTS, status, "data: {\"type\":\"open\"}\n\ndata: {\"type\":\"job\"}");

        int code = run("jobs", "watch", "j-1", "--endpoint=restore");

        assertThat(code).as(told()).isZero();
        assertThat(out.toString()).startsWith("j-1 COMPLETED");
    }

    @Test
    void watchingEndsWithARefusedKey() {
        server.on(SHOW, 200, RUNNING).on(EVENTS, 401, "{\"error\":\"unauthorized\"}");

        assertThat(run("jobs", "watch", "j-1", "--endpoint=restore")).isEqualTo(4);
    }

    @Test
    void aSyncRequestIsFollowedWhenItsWaitIsOver() throws Exception {
        String poll = "GET /v2/restore/status-sync/j-1?wait=10000";
        server.on("POST /v2/restore/runsync?wait=1000", 200, RUNNING)
                .once(poll, 200, RUNNING)
                .lostOnce(poll)
                .on(
                        poll,
                        200,
                        "{\"output\":{\"error_code\":\"BAD_MEDIA\"},\"id\":\"j-1\",\"status\":\"FAILED\"}");

        assertThat(run("run", "restore", "{\"input\":{}}", "--sync")).as(told()).isEqualTo(7);

        assertThat(out.toString().lines()).hasSize(1);
        JsonNode reply = Wire.json().readTree(out.toString());
        assertThat(reply.path("status").asText()).isEqualTo("FAILED");
    }

    @Test
    void aStreamLosesNoPartOfALostAnswerAndEndsAsTheJobDid() {
        String first = "GET /v2/restore/stream/j-1?from=0";
        String next = "GET /v2/restore/stream/j-1?from=2";
        String two = "{\"status\":\"IN_PROGRESS\",\"stream\":[{\"output\":1},{\"output\":2}]}";
        server.on("POST /v2/restore/run", 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}")
                .lostOnce(first)
                .brokenOnce(first, 200, two)
                .on(first, 200, two)
                .once(next, 200, "{\"status\":\"IN_PROGRESS\",\"stream\":[]}")
                .once(next, 200, "{\"status\":\"FAILED\",\"stream\":[{\"output\":3}]}")
                .on(
                        "GET /v2/restore/stream/j-1?from=3",
                        200,
                        "{\"status\":\"FAILED\",\"stream\":[]}")
                .on(
                        SHOW,
                        200,
                        "{\"id\":\"j-1\",\"status\":\"FAILED\",\"error\":\"too long\","
                                + "\"output\":{\"error_code\":\"EXECUTION_TIMEOUT\"}}");

        assertThat(run("run", "restore", "{\"input\":{}}", "--stream")).as(told()).isEqualTo(6);

        assertThat(out.toString().lines()).containsExactly("1", "2", "3");
        assertThat(told()).contains("asking again").contains("job j-1: FAILED too long");
    }
}
