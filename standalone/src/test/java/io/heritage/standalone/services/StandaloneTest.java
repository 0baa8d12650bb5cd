package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.gateway.ApiKey;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.observe.Metric;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.services.Requests.Reply;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The server as a whole: metrics, logs, restarts and what it refuses. */
class StandaloneTest extends StandaloneFixture {
    @Test
    void oneAdminPortTellsOfAllPartsWhatTheCatalogueHas() throws Exception {
        Reply reply =
                client.post(
                        "interpolate/runsync",
                        Requests.interpolation(startImage(), endImage(), 17));
        assertThat(client.await("interpolate", reply.id()).state()).isEqualTo("COMPLETED");
        var admin = new Requests(server.adminPort().orElseThrow());

        assertThat(admin.page("/observe/health/ready")).contains("\"sink\"", "\"processor\"");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(admin.page("/observe/metrics"))
                                .contains(
                                        "heritage_jobs_total{endpoint=\"interpolate\",lane=\"high\",status=\"COMPLETED\"}",
                                        "heritage_job_delay_seconds_bucket{",
                                        "heritage_job_execution_seconds_count{",
                                        "heritage_http_requests_seconds_count{operation=\"runsync\",status=\"200\"}",
                                        "heritage_attempts_total{endpoint=\"interpolate\",outcome=\"completed\"}",
                                        "heritage_media_bytes_total{direction=\"written\",topic=\"heritage.media\"}",
                                        "heritage_media_bytes_total{direction=\"read\",topic=\"heritage.results\"}",
                                        "heritage_worker_cold_start_seconds_count{phase=\"load\"}",
                                        "heritage_workers{endpoint=\"interpolate\",state=\"idle\"} 1.0",
                                        "heritage_queue_jobs{endpoint=\"interpolate\",state=\"in_queue\"} 0",
                                        "heritage_share_lag{topic=\"heritage.jobs.interpolate.high\"} 0",
                                        "heritage_share_window_limit{",
                                        "heritage_model_resident{model=\"rife47\"} 1.0",
                                        "jvm_memory_used_bytes{"));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(admin.page("/internal/scaling/interpolate?type=REQUEST_COUNT"))
                                .contains(
                                        "\"flex\":0",
                                        "\"queue\":0",
                                        "\"workers\":1",
                                        "meanExecutionMs"));
        assertThat(
                        Pattern.compile("^(heritage_[a-z_]+)", Pattern.MULTILINE)
                                .matcher(admin.page("/observe/metrics"))
                                .results()
                                .map(found -> found.group(1)))
                .isSubsetOf(
                        Stream.of(Metric.values())
                                .flatMap(metric -> metric.series().stream())
                                .toList());
        admin.close();
    }

    @Test
    void startAndFailureOfAJobAreALineEachInTheLog() throws Exception {
        var lines = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger("io.heritage.processor.job.JobLoop");
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        lines.start();
        try {
            Reply failed =
                    client.post("restore/runsync", "{\"input\":{\"action\":\"initialize\"}}");
            // One job at a time: when the next one is done, everything of this one is logged.
            client.post("restore/runsync", HEALTH);

            List<ILoggingEvent> ofJob =
                    logged(lines).stream()
                            .filter(line ->
                                    line.getKeyValuePairs().toString().contains(failed.id()))
                            .toList();
            assertThat(ofJob)
                    .extracting(ILoggingEvent::getMessage)
                    .containsExactly("job started", "job failed");
            assertThat(ofJob.getLast().getKeyValuePairs().toString())
                    .contains("seedvr2_ema_7b.pth", "seconds=")
                    .doesNotContain("\n");
        } finally {
            logger.detachAppender(lines);
        }
    }

    /** So far; the worker goes on writing. */
    private static List<ILoggingEvent> logged(ListAppender<ILoggingEvent> lines) {
        synchronized (lines) { // as the appender does
            return List.copyOf(lines.list);
        }
    }

    @Test
    void aFailedJobIsRunAgainOnceItsCauseIsGone() throws Exception {
        String sharp =
                """
                {"input":{"action":"initialize","model_type":"seedvr2_7b","model_variant":"sharp"}}\
                """;
        Reply failed = client.post("restore/runsync", sharp);
        assertThat(failed.error()).contains("seedvr2_ema_7b_sharp.pth");
        SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_7B_SHARP);

        assertThat(client.post("restore/retry/" + failed.id(), "").state()).isEqualTo("IN_QUEUE");

        Reply done = client.await("restore", failed.id());
        assertThat(done.state()).as(done.error()).isEqualTo("COMPLETED");
        assertThat(client.post("restore/retry/" + failed.id(), "").status()).isEqualTo(400);
    }

    @Test
    void healthTellsJobsAndWorkers() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    Reply health = client.get("interpolate/health");
                    assertThat(health.status()).isEqualTo(200);
                    assertThat(health.json().at("/workers/ready").asInt()).isEqualTo(1);
                });
    }

    @Test
    void anUploadThatBreaksOffLeavesNoJob() throws Exception {
        JsonNode before =
                await().atMost(PATIENCE)
                        .until(
                                () -> client.get("interpolate/health").json().path("jobs"),
                                StandaloneTest::areAllOver);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(
                            ("POST /v2/interpolate/run HTTP/1.1\r\nHost: localhost\r\n"
                                            + "Content-Length: 1000000\r\n\r\n"
                                            + "{\"input\":{\"start_image_base64\":\"AAAA")
                                    .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
        }

        assertThat(client.post("restore/runsync", HEALTH).state()).isEqualTo("COMPLETED");
        assertThat(client.get("interpolate/health").json().path("jobs")).isEqualTo(before);
    }

    /** A job may be answered from the log before the sink has counted its end. */
    private static boolean areAllOver(JsonNode jobs) {
        return jobs.path("inQueue").asInt(1) == 0 && jobs.path("inProgress").asInt(1) == 0;
    }

    @Test
    void aForeignHostIsRefusedSoThatNoWebPageGetsIn() throws Exception {
        String reply =
                client.raw(
                        "GET /v2/interpolate/health HTTP/1.1\r\nHost: evil.example\r\n"
                                + "Connection: close\r\n\r\n");

        assertThat(reply).containsPattern("^HTTP/1.1 4\\d\\d").contains("evil.example");
        assertThat(
                        client.raw(
                                "GET /v2/interpolate/health HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Origin: http://evil.example\r\n"
                                        + "Connection: close\r\n\r\n"))
                .containsPattern("^HTTP/1.1 4\\d\\d");
    }

    @Test
    void jobsAndResultsAreThereAfterARestartAndKeysKeepStrangersOut() throws Exception {
        Reply job = client.post("restore/run", HEALTH);
        JsonNode before = client.await("restore", job.id()).json();
        assertThat(before.path("status").asText()).isEqualTo("COMPLETED");
        Path withKey =
                Files.writeString(
                        folder.resolve("key.yaml"),
                        "gateway:\n  keys:\n    - name: alice\n      sha256: "
                                + ApiKey.ofPlain("alice", "right").sha256());

        restart(Optional.of(withKey), "right");
        assertThat(client.get("restore/status/" + job.id()).status()).isEqualTo(404);
        try (var stranger = new Requests(server.port(), "wrong")) {
            Reply refused = stranger.post("restore/runsync", HEALTH);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.error()).isEqualTo("unauthorized");
        }
        assertThat(client.post("restore/runsync", HEALTH).state()).isEqualTo("COMPLETED");

        restart(Optional.empty(), "");
        assertThat(client.get("restore/status/" + job.id()).json()).isEqualTo(before);
    }

    @Test
    void aTakenPortIsNamedWithTheFlagThatChangesIt() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            HeritageConfig config =
                    config(Optional.empty())
                            .with("gateway.port", Integer.toString(taken.getLocalPort()));

            assertThatThrownBy(() -> Standalone.start(config))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("--port");
        }
    }

    @Test
    void aDataFolderIsUsedByOneServerAtATime() throws Exception {
        HeritageConfig config = config(Optional.empty());

        assertThatThrownBy(() -> Standalone.start(config))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("data");
    }
}
