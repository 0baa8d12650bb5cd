package io.heritage.standalone.cli.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Wire;
import io.heritage.standalone.DeafPort;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Terminal;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jobs}: lists, watching, cancelling, retrying and purging. */
class JobsCommandTest extends JobsCommandFixture {
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
