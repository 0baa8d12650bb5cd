package io.heritage.standalone.cli.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Wire;
import io.heritage.standalone.DeafPort;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jobs} against a server whose answers are known. */
class JobsCommandTest {
    private static final String LIST = "GET /v2/restore/requests?limit=20";
    private static final String SHOW = "GET /v2/restore/requests/j-1";
    private static final String HELLO =
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FakeServer server;
    @TempDir Path folder;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... arguments) {
        return run(Terminal.none(), Map.of(), arguments);
    }

    private int run(Terminal terminal, Map<String, String> more, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var environment = new HashMap<String, String>(Map.of("HERITAGE_URL", server.url()));
        environment.putAll(more);
        return HeritageCommand.line(terminal, environment)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private JsonNode json() throws Exception {
        assertThat(out.toString().lines()).as("one value on stdout").hasSize(1);
        return Wire.json().readTree(out.toString());
    }

    private static String job(String id, String status, String more) {
        return """
        {"id":"%s","status":"%s","createdAt":"2026-11-29T01:00:0%s.5Z"%s}\
        """
                .formatted(id, status, id.charAt(id.length() - 1), more);
    }

    /** The fault: the parser took the words of the file for arguments. */
    @Test
    void aRequestIsReadFromItsFile() throws Exception {
        Path request = folder.resolve("request.json");
        Files.writeString(request, "{\"input\": {\"action\": \"health\"}}");
        server.on("POST /v2/restore/run", 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}");

        int code = run("run", "restore", "@" + request, "--detach");

        assertThat(code).as(err.toString()).isZero();
        assertThat(Wire.json().readTree(server.body("POST /v2/restore/run")))
                .isEqualTo(Wire.json().readTree(request.toFile()));
    }

    @Test
    void jobsOfAllEndpointsAreListedNewestFirstWithTheConsolesPage() throws Exception {
        server.on(LIST, 200, "{\"requests\":[" + job("j-1", "FAILED", "") + "]}");
        String running =
                job(
                        "j-2",
                        "IN_PROGRESS",
                        ",\"progress\":{\"stage\":\"decode\",\"frames_done\":1,\"frames_total\":9}");
        server.on("GET /v2/interpolate/requests?limit=20", 200, "{\"requests\":[" + running + "]}");

        assertThat(run("jobs", "list")).as(err.toString()).isZero();

        assertThat(out.toString().lines().skip(1))
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .startsWith("j-2 ")
                                        .contains("IN_PROGRESS decode 1/9")
                                        .endsWith(
                                                server.url() + "/#/jobs/j-2?endpoint=interpolate"),
                        second -> assertThat(second).startsWith("j-1 ").contains("FAILED"));
        assertThat(run("jobs", "list", "--json", "--endpoint", "restore")).isZero();
        assertThat(json()).hasSize(1);
        assertThat(json().at("/0/endpoint").asText()).isEqualTo("restore");
        assertThat(json().at("/0/console").asText()).startsWith(server.url());
    }

    @Test
    void filtersGoToTheServerAndPagesAreFollowed() throws Exception {
        String first =
                "GET /v2/restore/requests?limit=100&status=FAILED%2CIN_QUEUE&q=out+of+memory";
        server.on(
                first,
                200,
                "{\"requests\":[" + job("j-3", "FAILED", "") + "],\"cursor\":\"next\"}");
        server.on(first + "&cursor=next", 200, "{\"requests\":[" + job("j-1", "FAILED", "") + "]}");

        String[] line = {
            "jobs",
            "list",
            "--endpoint=restore",
            "--status=failed,queued",
            "--all",
            "--json",
            "--q=out of memory"
        };
        assertThat(run(line)).as(out.toString()).isZero();
        assertThat(json()).hasSize(2);
        server.on(LIST, 200, "{\"requests\":[" + job("j-3", "FAILED", "") + "]}");
        assertThat(
                        run(
                                "jobs",
                                "list",
                                "--endpoint=restore",
                                "--json",
                                "--since",
                                "2026-11-29T01:00:04Z"))
                .isZero();
        assertThat(json()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--status=done, --status: expected queued",
        "--since=yesterday, --since: expected a time such as 2h",
        "--limit=0, --limit: expected 1 or more",
        "--endpoint=../x, --endpoint: expected a name"
    })
    void whatCannotBeMeantIsRefusedBeforeTheServerIsAsked(String option, String message) {
        assertThat(run("jobs", "list", option)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
        assertThat(server.requests()).noneMatch(request -> request.contains("requests?"));
        assertThat(run("jobs", "show", "../../other")).isEqualTo(2);
        assertThat(run("jobs", "cancel", "j-1", "a b")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"401, 4", "403, 4", "429, 5", "503, 5", "500, 5", "400, 7"})
    void aRefusalEndsWithItsCodeAndOneObjectOnStdout(int status, int code) throws Exception {
        server.on(LIST, status, "{\"error\":\"the reason\"}");

        assertThat(run("jobs", "list", "--endpoint", "restore", "--json")).isEqualTo(code);

        assertThat(json().at("/error/message").asText()).contains("the reason");
        assertThat(json().at("/error/code").asText()).isEqualTo(ExitCode.word(code));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aServerThatIsNotThereIs5WithAHint() throws Exception {
        try (var nobody = new DeafPort()) {
            String url = "http://" + nobody.address();

            assertThat(run("jobs", "list", "--url", url, "--json")).isEqualTo(5);

            assertThat(json().at("/error/code").asText()).isEqualTo("unreachable");
            assertThat(json().at("/error/hint").asText()).contains("heritage up");
            assertThat(run("jobs", "list", "--url", url)).isEqualTo(5);
            assertThat(err.toString()).startsWith("heritage: nothing answers at " + url);
            assertThat(out.toString()).isEmpty();
        }
    }

    @Test
    void theKeyComesFromAFileOrTheEnvironmentAndIsNotShown() throws Exception {
        server.on(LIST, 200, "{\"requests\":[]}");
        Path file = Files.writeString(folder.resolve("key"), "hk_file\n");

        run("jobs", "list", "--endpoint=restore", "--key-file", file.toString());
        run(
                Terminal.none(),
                Map.of("HERITAGE_API_KEY", "hk_environment"),
                "jobs",
                "list",
                "--endpoint=restore");

        assertThat(server.requests())
                .containsExactly(LIST + " Bearer hk_file", LIST + " Bearer hk_environment");
        assertThat(run("jobs", "list", "--key-file", folder.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(run(Terminal.none(), Map.of("HERITAGE_API_KEY", "a\u00fc"), "jobs", "list"))
                .isEqualTo(4);
        assertThat(err.toString()).doesNotContain("\u00fc");
    }

    @Test
    void aJobIsFoundAtWhicheverEndpointHasIt() throws Exception {
        server.on(SHOW, 200, job("j-1", "FAILED", ",\"error\":\"no frames\""));

        assertThat(run("jobs", "show", "j-1")).isZero();
        assertThat(out.toString()).contains("status     FAILED", "error      no frames");
        assertThat(run("jobs", "show", "j-1", "--json")).isZero();
        assertThat(json().path("endpoint").asText()).isEqualTo("restore");
        assertThat(run("jobs", "show", "j-2")).isEqualTo(1);
        assertThat(err.toString()).contains("has no job j-2").contains("jobs list");
    }

    @ParameterizedTest
    @CsvSource({
        "COMPLETED, '', 0",
        "FAILED, INTERNAL, 3",
        "FAILED, BAD_MEDIA, 7",
        "FAILED, EXECUTION_TIMEOUT, 6",
        "CANCELLED, '', 6",
        "TIMED_OUT, EXPIRED, 6"
    })
    void watchingEndsAsTheJobDid(String status, String errorCode, int code) {
        server.on(
                SHOW,
                200,
                job("j-1", status, ",\"output\":{\"error_code\":\"" + errorCode + "\"}"));

        assertThat(run("jobs", "watch", "j-1", "--progress=none")).isEqualTo(code);
        assertThat(out.toString()).startsWith("j-1 " + status);
    }

    @Test
    void watchingFollowsTheEventsUntilTheEnd() {
        server.on(SHOW, 200, job("j-1", "IN_QUEUE", ""));
        String events = "GET /v2/restore/events/j-1";
        server.onceAsked(events, () -> server.on(SHOW, 200, job("j-1", "COMPLETED", "")));
        server.on(
                events,
                200,
                ": hello\n\nid: 1\ndata: {\"v\":1,\"type\":\"job\",\"job\":\"j-1\","
                        + "\"status\":\"IN_PROGRESS\",\"progress\":{\"stage\":\"decode\"}}\n\n");

        assertThat(run("jobs", "watch", "j-1", "--progress=none", "--json")).isZero();
    }

    @Test
    void cancellingTellsWhatBecameOfEachJob() throws Exception {
        server.on(SHOW, 200, job("j-1", "IN_PROGRESS", ""));
        server.on("GET /v2/restore/requests/j-2", 200, job("j-2", "COMPLETED", ""));
        server.on("POST /v2/restore/cancel/j-1", 200, "{\"id\":\"j-1\",\"status\":\"CANCELLED\"}");
        server.on("POST /v2/restore/cancel/j-2", 200, "{\"id\":\"j-2\",\"status\":\"COMPLETED\"}");

        assertThat(run("jobs", "cancel", "j-1")).isZero();
        assertThat(out.toString()).startsWith("j-1 CANCELLED http");
        assertThat(run("jobs", "cancel", "j-1", "j-2", "j-3", "--json")).isEqualTo(1);
        assertThat(json()).hasSize(3);
        assertThat(json().at("/2/error/code").asText()).isEqualTo("error");
        assertThat(err.toString()).contains("job j-2 is COMPLETED, not cancelled");
    }

    @Test
    void aFailedJobIsRunAgainAndAnotherIsRefused() throws Exception {
        server.on(SHOW, 200, job("j-1", "FAILED", ""));
        server.on("POST /v2/restore/retry/j-1", 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}");

        assertThat(run("jobs", "retry", "j-1", "--json")).isZero();
        assertThat(json().path("status").asText()).isEqualTo("IN_QUEUE");
        server.on("POST /v2/restore/retry/j-1", 400, "{\"error\":\"it did not fail\"}");
        assertThat(run("jobs", "retry", "j-1")).isEqualTo(7);
        assertThat(err.toString()).contains("it did not fail");
    }

    private void completed(String size, String sha256) {
        server.on(SHOW, 200, job("j-1", "COMPLETED", ""));
        server.on(
                "GET /v2/restore/output/j-1",
                200,
                """
                {"outputs":[{"index":0,"filename":"../../evil/out.mp4","type":"video/mp4",\
                "size":%s,"sha256":"%s"}]}\
                """
                        .formatted(size, sha256));
        server.on("GET /v2/restore/output/j-1/0", 200, "hello");
    }

    @Test
    void aResultIsDownloadedIntoTheFolderAndNeverOverAFile() throws Exception {
        completed("5", HELLO);
        Path file = folder.resolve("out.mp4");

        assertThat(run("jobs", "download", "j-1", "-o", folder.toString())).as("" + err).isZero();
        assertThat(file).hasContent("hello");
        assertThat(out.toString().strip()).isEqualTo(file.toString());
        Files.writeString(file, "precious");
        assertThat(run("jobs", "download", "j-1", "-o", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("it exists; --overwrite replaces it");
        assertThat(file).hasContent("precious");
        assertThat(run("jobs", "download", "j-1", "-o", file.toString(), "--overwrite")).isZero();
        assertThat(file).hasContent("hello");
    }

    @ParameterizedTest
    @CsvSource({"6, " + HELLO, "5, 00"})
    void whatDoesNotArriveWholeGetsNoName(String size, String sha256) throws Exception {
        completed(size, sha256);

        assertThat(run("jobs", "download", "j-1", "-o", folder.toString(), "--json")).isEqualTo(5);

        assertThat(json().at("/error/message").asText()).contains("is incomplete");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aJobWithoutResultSaysWhy() {
        server.on(SHOW, 200, job("j-1", "FAILED", ",\"error\":\"boom\""));
        assertThat(run("jobs", "download", "j-1")).isEqualTo(3);
        assertThat(err.toString()).contains("FAILED boom");
        server.on(SHOW, 200, job("j-1", "IN_QUEUE", ""));
        assertThat(run("jobs", "download", "j-1")).isEqualTo(1);
        assertThat(err.toString()).contains("jobs watch");
    }

    /** A batch of two completed jobs and one that failed. */
    private void batch() {
        String counts = "{\"progress\":1.0,\"jobs_total\":3,\"completed\":2,\"failed\":1}";
        server.on(SHOW, 200, job("j-1", "COMPLETED", ",\"output\":" + counts));
        for (int i = 0; i < 3; i++) {
            String id = "j-1-b" + i;
            boolean failed = i == 1;
            server.on(
                    "GET /v2/restore/requests/" + id,
                    200,
                    job(id, failed ? "FAILED" : "COMPLETED", failed ? ",\"error\":\"boom\"" : ""));
            server.on(
                    "GET /v2/restore/output/" + id,
                    200,
                    "{\"outputs\":[{\"index\":0,\"filename\":\"out.png\",\"size\":5,\"sha256\":\""
                            + HELLO
                            + "\"}]}");
            server.on("GET /v2/restore/output/" + id + "/0", 200, "hello");
        }
    }

    @Test
    void ofABatchTheResultsAreDownloadedByTheirPlaceAndItSaysWhichJobsHaveNone() {
        batch();

        assertThat(run("jobs", "download", "j-1", "-o", folder.toString())).isEqualTo(3);

        assertThat(out.toString().lines())
                .containsExactly(
                        folder.resolve("0-out.png").toString(),
                        folder.resolve("2-out.png").toString());
        assertThat(folder.resolve("2-out.png")).hasContent("hello");
        assertThat(err.toString()).contains("heritage: job j-1-b1: FAILED boom");
    }

    @Test
    void ofABatchTheJobsThatHaveEndedAreCounted() throws Exception {
        String counts =
                "{\"progress\":0.5,\"jobs_total\":4,\"in_progress\":2,\"completed\":1,"
                        + "\"cancelled\":1}";
        String running = job("j-1", "IN_PROGRESS", ",\"progress\":" + counts);
        server.on(SHOW, 200, running);
        assertThat(run("jobs", "show", "j-1")).isZero();
        assertThat(out.toString()).contains("IN_PROGRESS 2/4 jobs");
        server.once(SHOW, 200, running);
        server.on(SHOW, 200, job("j-1", "COMPLETED", ""));
        server.on("GET /v2/restore/events/j-1", 200, "data: {\"type\":\"open\"}\n\n");
        PrintStream before = System.err;
        var shown = new ByteArrayOutputStream();
        try (var catching = new PrintStream(shown, true, StandardCharsets.UTF_8)) {
            System.setErr(catching);
            assertThat(run("jobs", "watch", "j-1", "--progress", "json")).isZero();
        } finally {
            System.setErr(before);
        }
        JsonNode first = Wire.json().readTree(shown.toString(StandardCharsets.UTF_8));
        assertThat(first.at("/progress/done").asInt()).isEqualTo(2);
        assertThat(first.at("/progress/total").asInt()).isEqualTo(4);
        assertThat(first.at("/progress/unit").asText()).isEqualTo("jobs");
    }

    @Test
    void purgingAsksOnATerminalAndElsewhereDemandsYes() throws Exception {
        server.on(
                "GET /v2/restore/requests?limit=100&status=IN_QUEUE",
                200,
                "{\"requests\":[" + job("j-1", "IN_QUEUE", "") + "]}");
        server.on("POST /v2/restore/purge-queue", 200, "{\"removed\":1,\"status\":\"completed\"}");
        var terminal = new Terminal(true, true, true, 80);
        InputStream before = System.in;
        try {
            assertThat(run("jobs", "purge")).isEqualTo(2);
            assertThat(err.toString()).contains("--yes");
            System.setIn(new ByteArrayInputStream("n\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(run(terminal, Map.of(), "jobs", "purge")).isZero();
            assertThat(err.toString()).contains("Cancel 1 queued jobs of restore? [y/N]");
            assertThat(server.requests()).noneMatch(request -> request.startsWith("POST"));
            System.setIn(new ByteArrayInputStream("y\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(run(terminal, Map.of(), "jobs", "purge")).isZero();
            assertThat(out.toString().lines()).containsExactly("restore: 1 jobs cancelled");
        } finally {
            System.setIn(before);
        }
        assertThat(run("jobs", "purge", "--yes", "--json")).isZero();
        assertThat(json().at("/0/removed").asInt()).isOne();
    }
}
