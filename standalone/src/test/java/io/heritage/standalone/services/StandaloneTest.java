package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.gateway.call.ApiKey;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoProbe;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.observe.Metric;
import io.heritage.schemas.Wire;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.HeritageConfig.Flag;
import io.heritage.standalone.services.Requests.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Everything in one JVM with the real network, as a client sees it. */
@TestInstance(Lifecycle.PER_CLASS)
class StandaloneTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String HEALTH = "{\"input\":{\"action\":\"health\"}}";

    @TempDir static Path folder;
    private Standalone server;
    private Requests client;
    private int sinkPort;

    @BeforeAll
    void startServer() throws Exception {
        SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B);
        server = start(Optional.empty());
        client = new Requests(server.port());
    }

    @AfterAll
    void stop() {
        client.close();
        server.close();
    }

    private Standalone start(Optional<Path> file) throws Exception {
        sinkPort = FreePort.choose();
        return Standalone.start(config(file).with("sink.port", Integer.toString(sinkPort)));
    }

    private HeritageConfig config(Optional<Path> file) throws Exception {
        return HeritageConfig.loadForUp(
                file,
                Map.of(),
                List.of(
                        new Flag("--port", "gateway.port", "0"),
                        new Flag("--admin", "admin.port", "0"),
                        new Flag("--data", "data", folder.resolve("data").toString()),
                        new Flag("--models", "processor.models", folder.toString()),
                        new Flag("--grace", "processor.grace", "0s")));
    }

    private void restart(Optional<Path> file, String key) throws Exception {
        stop();
        ClosedSinks.awaitEnd();
        server = start(file);
        client = new Requests(server.port(), key);
    }

    private static String startImage() throws IOException {
        return Requests.picture(96, 96, 0.35);
    }

    private static String endImage() throws IOException {
        return Requests.picture(96, 96, 0.65);
    }

    private static RgbFrame decoded(JsonNode base64) {
        return new ImageDecoder(ImageLimits.DEFAULT)
                .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64.textValue())));
    }

    /** Where the disc is: mean column of bright pixels, 0 to 1. */
    private static double discX(RgbFrame frame) {
        ByteBuffer rgb = frame.pixels();
        double sum = 0;
        int count = 0;
        for (int i = 0; i < frame.width() * frame.height(); i++) {
            if ((rgb.get(3 * i) & 0xff) > 150) {
                sum += i % frame.width();
                count++;
            }
        }
        return sum / count / frame.width();
    }

    @Test
    void runsyncGivesFramesInWhichTheDiscMovesFromStartToEnd() throws Exception {
        Reply reply =
                client.post(
                        "interpolate/runsync",
                        Requests.interpolation(startImage(), endImage(), 17));
        if (!reply.state().equals("COMPLETED")) {
            reply = client.await("interpolate", reply.id());
        }

        assertThat(reply.state()).as(reply.error()).isEqualTo("COMPLETED");
        JsonNode output = reply.json().path("output");
        assertThat(output.path("frames")).hasSize(33);
        assertThat(output.path("metadata").path("engine").asText()).isEqualTo("rife");
        try (RgbFrame first = decoded(output.path("frames").get(0));
                RgbFrame middle = decoded(output.path("frames").get(16));
                RgbFrame last = decoded(output.path("frames").get(32))) {
            assertThat(middle.width()).isEqualTo(480);
            assertThat(middle.height()).isEqualTo(480);
            // A fade would show two discs whose mean is right, but neither bright.
            assertThat(discX(first)).isBetween(0.33, 0.37);
            assertThat(discX(middle)).isBetween(0.46, 0.54);
            assertThat(discX(last)).isBetween(0.63, 0.67);
        }
    }

    /** The start in two pieces, the end whole; the request twice at the same instant. */
    @Test
    void storedPicturesAreNamedByOneJobHoweverOftenItIsSent() throws Exception {
        byte[] start = Base64.getDecoder().decode(startImage());
        byte[] end = Base64.getDecoder().decode(endImage());
        int half = start.length / 2;
        String total = "/" + start.length;
        Reply piece =
                client.put(
                        "interpolate/media",
                        Arrays.copyOf(start, half),
                        "Content-Range",
                        "bytes 0-" + (half - 1) + total);
        Reply whole =
                client.put(
                        "interpolate/media/" + piece.json().path("media_ref").asText(),
                        Arrays.copyOfRange(start, half, start.length),
                        "Content-Range",
                        "bytes " + half + "-" + (start.length - 1) + total);
        Reply other = client.put("restore/media", end, "Content-Type", "image/png");
        String body =
                Requests.interpolation(
                        whole.json().path("media_ref").asText(),
                        other.json().path("media_ref").asText(),
                        17);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Reply> send =
                    () -> client.post("interpolate/run", body, "Idempotency-Key", "once");
            var first = threads.submit(send);
            var second = threads.submit(send);
            Reply sent = first.get(2, TimeUnit.MINUTES);
            assertThat(sent.status()).as(sent.error()).isEqualTo(200);
            assertThat(second.get(2, TimeUnit.MINUTES).id()).isEqualTo(sent.id());
            Reply done = client.await("interpolate", sent.id());
            assertThat(done.state()).as(done.error()).isEqualTo("COMPLETED");
            assertThat(done.json().at("/output/frames")).hasSize(33);
            assertThat(done.json().has("retries")).isFalse();
        }
        Reply later = client.post("interpolate/run", body + " ", "Idempotency-Key", "once");
        assertThat(later.status()).isEqualTo(409);
    }

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
                                        "heritage_media_bytes_total{direction=\"written\",store=\"kafka\",topic=\"heritage.media\"}",
                                        "heritage_media_bytes_total{direction=\"read\",store=\"kafka\",topic=\"heritage.results\"}",
                                        "heritage_worker_cold_start_seconds_count{phase=\"process\"}",
                                        "heritage_worker_cold_start_seconds_count{phase=\"models\"}",
                                        "heritage_worker_cold_start_seconds_count{phase=\"load\"}",
                                        "heritage_workers{endpoint=\"interpolate\",state=\"idle\"} 1.0",
                                        "heritage_queue_eta_seconds{endpoint=\"interpolate\"} 0",
                                        "heritage_deliveries_total{n=\"1\"}",
                                        "heritage_stage_seconds_count{endpoint=\"interpolate\",model=\"rife47\",",
                                        "heritage_queue_jobs{endpoint=\"interpolate\",lane=\"high\",state=\"in_queue\"} 0",
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

    /** The API documents no limit on sizes: both are cropped and resized to that of the first. */
    @Test
    void picturesOfTwoSizesGiveFramesOfOneAndTheFirstComeBeforeTheLastAreComputed()
            throws Exception {
        String job =
                client.post(
                                "interpolate/run",
                                Requests.interpolation(
                                        startImage(), Requests.picture(160, 90, 0.6), 17))
                        .id();
        var frames = new ArrayList<JsonNode>();
        int framesWhileItRan = 0;
        Reply answer;
        do {
            answer = client.get("interpolate/stream/" + job);
            for (JsonNode part : answer.json().path("stream")) {
                assertThat(part.at("/output/first_frame").asInt(-1)).isEqualTo(frames.size());
                part.at("/output/frames").forEach(frames::add);
            }
            if (framesWhileItRan == 0) {
                framesWhileItRan = answer.state().equals("IN_PROGRESS") ? frames.size() : 0;
            }
        } while (answer.state().startsWith("IN_"));

        assertThat(answer.state()).as(answer.error()).isEqualTo("COMPLETED");
        assertThat(framesWhileItRan).isBetween(1, 32);
        JsonNode output = client.get("interpolate/status/" + job).json().path("output");
        assertThat(output.path("frames")).hasSize(33).containsExactlyElementsOf(frames);
        assertThat(client.get("interpolate/stream/" + job).json().path("stream")).isEmpty();
        try (RgbFrame last = decoded(output.path("frames").get(32))) {
            assertThat(last.width()).isEqualTo(480);
            assertThat(last.height()).isEqualTo(480);
        }
    }

    @Test
    void aRunningJobIsCancelledAndTheNextOneRuns() throws Exception {
        String job =
                client.post(
                                "interpolate/run",
                                Requests.interpolation(startImage(), endImage(), 129))
                        .id();
        awaitState("interpolate", job, "IN_PROGRESS");

        assertThat(client.post("interpolate/cancel/" + job, "").state()).isEqualTo("CANCELLED");

        assertThat(client.await("interpolate", job).state()).isEqualTo("CANCELLED");
        assertThat(client.post("restore/runsync", HEALTH).state()).isEqualTo("COMPLETED");
    }

    private void awaitState(String endpoint, String job, String state) {
        await().atMost(PATIENCE)
                .until(() -> client.get(endpoint + "/status/" + job).state(), state::equals);
    }

    @Test
    void restoreAnswersItsHealthAndNamesTheMissingCheckpoint() throws Exception {
        Reply health = client.post("restore/runsync", HEALTH);
        assertThat(health.state()).isEqualTo("COMPLETED");
        assertThat(health.json().path("output").path("status").asText()).isEqualTo("healthy");

        Reply initialize =
                client.post("restore/runsync", "{\"input\":{\"action\":\"initialize\"}}");
        assertThat(initialize.state()).isEqualTo("FAILED");
        assertThat(initialize.error()).contains("seedvr2_ema_7b.pth").contains(folder.toString());
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
    void restoreGivesThePictureBackInTheEnvelopeAndBesideIt() throws Exception {
        String request =
                """
                {"input":{"action":"restore","image":"%s","res_h":64,"res_w":64,"model_type":"seedvr2_3b"}}\
                """
                        .formatted(startImage());
        Reply reply = client.await("restore", client.post("restore/run", request).id());

        assertThat(reply.state()).as(reply.error()).isEqualTo("COMPLETED");
        JsonNode output = reply.json().path("output");
        assertThat(reply.json().path("success").asBoolean()).isTrue();
        assertThat(reply.json().path("media")).isEqualTo(output.path("media"));
        assertThat(output.path("videos")).isEqualTo(output.path("media"));
        assertThat(output.path("tiny").asBoolean()).isTrue();
        try (RgbFrame restored = decoded(output.path("media").get(0))) {
            assertThat(restored.width()).isEqualTo(64);
            assertThat(restored.height()).isEqualTo(64);
        }
    }

    @Test
    void aRunningRestorationIsCancelledAndTheNextJobRuns() throws Exception {
        String request =
                """
                {"input":{"action":"restore","image":"%s","res_h":256,"res_w":256,"sample_steps":1000,"model_type":"seedvr2_3b"}}\
                """
                        .formatted(startImage());
        String job = client.post("restore/run", request).id();
        awaitState("restore", job, "IN_PROGRESS");

        assertThat(client.post("restore/cancel/" + job, "").state()).isEqualTo("CANCELLED");

        assertThat(client.post("restore/runsync", HEALTH).state()).isEqualTo("COMPLETED");
        assertThat(client.get("restore/status/" + job).state()).isEqualTo("CANCELLED");
    }

    @Test
    void theCommandRestoresAtAServerAndCancelsItsJobThereWhenItIsStopped() throws Exception {
        Path picture = folder.resolve("in.png");
        Files.write(picture, Base64.getDecoder().decode(startImage()));
        Path restored = folder.resolve("out.png");
        assertThat(restoreAtServer(picture, restored, "--size", "96x64")).isZero();
        try (RgbFrame frame =
                new ImageDecoder(ImageLimits.DEFAULT).decode(Files.newInputStream(restored))) {
            assertThat(frame.width()).isEqualTo(64);
            assertThat(frame.height()).isEqualTo(64);
        }

        Path stopped = folder.resolve("stopped.png");
        var errors = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            var code = new FutureTask<>(() -> restoreAtServer(picture, stopped, "--steps", "1000"));
            Thread command = Thread.ofPlatform().start(code);
            awaitJobsInProgress("restore", 1);
            command.interrupt(); // what Ctrl-C does: see Interruption
            assertThat(code.get(2, TimeUnit.MINUTES)).isEqualTo(130);
        } finally {
            System.setErr(before);
        }

        Matcher cancelled =
                Pattern.compile("job (\\S+) cancelled")
                        .matcher(errors.toString(StandardCharsets.UTF_8));
        assertThat(cancelled.find()).as(errors.toString(StandardCharsets.UTF_8)).isTrue();
        assertThat(client.get("restore/status/" + cancelled.group(1)).state())
                .isEqualTo("CANCELLED");
        assertThat(client.post("restore/runsync", HEALTH).state()).isEqualTo("COMPLETED");
        assertThat(stopped).doesNotExist();
    }

    @Test
    void theCommandAsksTheServerForAVideo() throws Exception {
        Path start = Files.write(folder.resolve("s.png"), Base64.getDecoder().decode(startImage()));
        Path end = Files.write(folder.resolve("e.png"), Base64.getDecoder().decode(endImage()));
        Path video = folder.resolve("between.mp4");
        var out = new StringWriter();

        int code =
                HeritageCommand.line(Terminal.none(), Map.of())
                        .setOut(new PrintWriter(out, true))
                        .execute(
                                "interpolate",
                                start.toString(),
                                end.toString(),
                                "-o",
                                video.toString(),
                                "--resolution",
                                "480",
                                "--url",
                                "http://127.0.0.1:" + server.port(),
                                "--json");

        assertThat(code).isZero();
        assertThat(out.toString()).contains("\"format\":\"mp4\"", "\"frame_count\":33");
        assertThat(VideoProbe.of(video, ImageLimits.DEFAULT).codec()).isEqualTo("h264");
    }

    private JsonNode command(int code, Object... arguments) throws Exception {
        var out = new StringWriter();
        var url = Map.of("HERITAGE_URL", "http://127.0.0.1:" + server.port());
        assertThat(
                        HeritageCommand.line(Terminal.none(), url)
                                .setOut(new PrintWriter(out, true))
                                .execute(
                                        Arrays.stream(arguments)
                                                .map(Object::toString)
                                                .toArray(String[]::new)))
                .as("%s: %s", List.of(arguments), out)
                .isEqualTo(code);
        return Wire.json().readTree(out.toString());
    }

    @Test
    void aDetachedJobIsFoundWatchedAndDownloadedByTheCommandLine() throws Exception {
        Path start = Files.write(folder.resolve("s.png"), Base64.getDecoder().decode(startImage()));
        Path end = Files.write(folder.resolve("e.png"), Base64.getDecoder().decode(endImage()));
        Path video = folder.resolve("detached.mp4");
        Object[] line = {
            "interpolate",
            start,
            end,
            "-o",
            video,
            "--frames",
            "33",
            "--detach",
            "--json",
            "--idempotency-key",
            "once-only"
        };

        String id = command(0, line).path("job").asText();
        assertThat(command(0, line).path("job").asText()).isEqualTo(id);
        JsonNode watched = command(0, "jobs", "watch", id, "--json", "--progress=json");
        assertThat(watched.path("status").asText()).isEqualTo("COMPLETED");
        assertThat(watched.path("console").asText())
                .endsWith("/#/jobs/" + id + "?endpoint=interpolate");
        assertThat(command(0, "jobs", "list", "--json", "--since", "1h", "--all"))
                .anyMatch(job -> job.path("id").asText().equals(id));
        assertThat(command(0, "jobs", "show", id, "--json").path("attempts")).isNotEmpty();
        JsonNode files = command(0, "jobs", "download", id, "-o", video, "--json");
        assertThat(files.at("/0/size").asLong()).isEqualTo(Files.size(video));
        assertThat(VideoProbe.of(video, ImageLimits.DEFAULT).codec()).isEqualTo("h264");
        assertThat(
                        command(2, "jobs", "download", id, "-o", video, "--json")
                                .at("/error/message")
                                .asText())
                .contains("--overwrite");
        assertThat(command(1, "jobs", "cancel", id, "--json").path("status").asText())
                .isEqualTo("COMPLETED");
        assertThat(command(7, "jobs", "retry", id, "--json").at("/error/code").asText())
                .isEqualTo("refused");
    }

    @Test
    void rawRequestsAndHealthComeFromTheCommandLine() throws Exception {
        assertThat(
                        command(0, "run", "interpolate", "{\"input\":{}}", "--sync", "--json")
                                .at("/output/status")
                                .asText())
                .isEqualTo("success");
        assertThat(
                        command(0, "run", "restore", HEALTH, "--progress=none", "--json")
                                .path("status")
                                .asText())
                .isEqualTo("COMPLETED");
        JsonNode refused = command(7, "run", "restore", "{\"input\":{}}", "--progress=none");
        assertThat(refused.path("status").asText()).isEqualTo("FAILED");
        assertThat(command(0, "health", "--json").path("endpoints")).hasSize(2);
        assertThat(command(0, "jobs", "purge", "--yes", "--json").at("/0/removed").isInt())
                .isTrue();
    }

    private int restoreAtServer(Path input, Path output, String... options) {
        List<String> arguments = new ArrayList<>(List.of("restore", input.toString()));
        arguments.addAll(List.of("-o", output.toString(), "--model", "seedvr2_3b"));
        arguments.addAll(List.of("--url", "http://127.0.0.1:" + server.port()));
        arguments.addAll(List.of(options));
        return HeritageCommand.line(Terminal.none(), Map.of())
                .execute(arguments.toArray(String[]::new));
    }

    private void awaitJobsInProgress(String endpoint, int jobs) {
        await().atMost(PATIENCE)
                .until(
                        () ->
                                client.get(endpoint + "/health")
                                        .json()
                                        .at("/jobs/inProgress")
                                        .asInt(),
                        running -> running == jobs);
    }

    @Test
    void anEmptyInputIsTheHealthCheckOfInterpolate() throws Exception {
        Reply reply = client.post("interpolate/runsync", "{\"input\":{}}");

        assertThat(reply.state()).isEqualTo("COMPLETED");
        assertThat(reply.json().path("output").path("status").asText()).isEqualTo("success");
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

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "not JSON          | interpolate | hello                     | 400 | JSON",
                "no input          | interpolate | {\"prompt\":\"x\"}        | 400 | input",
                "truncated         | interpolate | {\"input\":{\"start_image | 400 | ",
                "unknown endpoint  | nowhere     | {\"input\":{}}            | 404 | endpoint not found",
            })
    void aRequestThatIsNoneIsRefused(
            String what, String endpoint, String body, int status, String error) throws Exception {
        for (String operation : List.of("run", "runsync")) {
            Reply reply = client.post(endpoint + "/" + operation, body);

            assertThat(reply.status()).as(what).isEqualTo(status);
            assertThat(reply.error()).isNotBlank().contains(error == null ? "" : error);
        }
    }

    @Test
    void badBase64IsAFailedJobWithItsPosition() throws Exception {
        Reply reply =
                client.post(
                        "interpolate/runsync", Requests.interpolation("AAAA!AAA", endImage(), 17));
        Reply restore = client.post("restore/runsync", "{\"input\":{\"media\":\"bad*base64\"}}");

        assertThat(reply.state()).isEqualTo("FAILED");
        assertThat(reply.error())
                .isEqualTo("start_image_base64: invalid base64 at character 4: '!'");
        assertThat(restore.state()).isEqualTo("FAILED");
        assertThat(restore.error())
                .isEqualTo("Invalid base64 video data: media: invalid base64 at character 3: '*'");
        assertThat(restore.json().has("workerId")).isTrue();
        assertThat(restore.json().path("delayTime").isInt()).isTrue();
        assertThat(restore.json().path("executionTime").isInt()).isTrue();
    }

    @Test
    void picturesThatCannotBeUsedFailTheJobWithTheirName() throws Exception {
        String text =
                Base64.getEncoder()
                        .encodeToString("no picture".repeat(9).getBytes(StandardCharsets.UTF_8));
        assertThat(failure(text, endImage(), 17)).contains("start_image_base64");
        assertThat(failure(startImage(), Requests.picture(1, 1, 0.5), 17))
                .contains("end_image_base64")
                .contains("1x1");
        assertThat(failure(hugeHeader(), endImage(), 17))
                .contains("start_image_base64")
                .contains("30000x30000");
    }

    @Test
    void aFrameLengthOutOfRangeFailsTheJobWithTheRange() throws Exception {
        for (int frameLength : List.of(0, 130)) {
            assertThat(failure(startImage(), endImage(), frameLength))
                    .contains("frame_length")
                    .contains("17 to 129")
                    .contains(Integer.toString(frameLength));
        }
    }

    private String failure(String startImage, String endImage, int frameLength) throws Exception {
        Reply reply =
                client.post(
                        "interpolate/runsync",
                        Requests.interpolation(startImage, endImage, frameLength));
        if (reply.status() == 200) {
            assertThat(reply.state()).isEqualTo("FAILED");
        } else {
            assertThat(reply.status()).isEqualTo(400);
        }
        return reply.error();
    }

    /** The first bytes of a PNG that would unpack to 2.7 GB. */
    private static String hugeHeader() {
        ByteBuffer png = ByteBuffer.allocate(8 + 25 + 12);
        png.putLong(0x89504e470d0a1a0aL);
        ByteBuffer header = ByteBuffer.allocate(17);
        header.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(30_000).putInt(30_000);
        header.put((byte) 8).put((byte) 2);
        var crc = new CRC32();
        crc.update(header.array());
        png.putInt(13).put(header.array()).putInt((int) crc.getValue());
        return Base64.getEncoder().encodeToString(png.array());
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

    /** Without one, whoever names this machine as the host would be served. */
    @Test
    void theSinkAnswersOnlyWhoShowsTheSecretThatItSharesWithTheGateway() throws Exception {
        try (var stranger = new Requests(sinkPort)) {
            assertThat(stranger.raw(sinkRequest("Host: 127.0.0.1:" + sinkPort)))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("this port is for gateways and other sinks only");
            assertThat(stranger.raw(sinkRequest("Host: 127.0.0.1\r\nX-Heritage-Internal: guessed")))
                    .startsWith("HTTP/1.1 403 ");
        }
        assertThat(client.post("interpolate/purge-queue", "").status()).isEqualTo(200);
    }

    private static String sinkRequest(String headers) {
        return "POST /v1/endpoints/interpolate/purge?owner=default HTTP/1.1\r\n"
                + headers
                + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
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
        assertFirstAnswersAre(404, job.id());
        assertThat(client.get("restore/status/" + job.id()).status()).isEqualTo(404);
        try (var stranger = new Requests(server.port(), "wrong")) {
            Reply refused = stranger.post("restore/runsync", HEALTH);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.error()).isEqualTo("unauthorized");
        }
        assertThat(client.post("restore/runsync", HEALTH).state()).isEqualTo("COMPLETED");
        assertKeyIsReplaced(withKey, "right", "next");

        restart(Optional.empty(), "");
        assertFirstAnswersAre(200, job.id());
        assertThat(client.get("restore/status/" + job.id()).json()).isEqualTo(before);
    }

    /** Ready means ready: nothing is 503. */
    private void assertFirstAnswersAre(int statusOfJob, String job) throws Exception {
        assertThat(client.getOnce("restore/status/" + job).status()).isEqualTo(statusOfJob);
        assertThat(client.getOnce("restore/health").status()).isEqualTo(200);
        assertThat(client.postOnce("restore/run", HEALTH).status()).isEqualTo(200);
    }

    /** As {@code up} follows its file. */
    private void assertKeyIsReplaced(Path file, String old, String next) throws Exception {
        KeyReload.Loader loader =
                () -> HeritageConfig.loadForUp(Optional.of(file), Map.of(), List.of());
        server.reloadKeys(file, loader, loader.load().gateway().keys());
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                ApiKey.ofPlain("alice", old).sha256(),
                                ApiKey.ofPlain("alice", next).sha256()));
        try (var newcomer = new Requests(server.port(), next)) {
            await().atMost(PATIENCE)
                    .until(() -> newcomer.get("restore/health").status(), status -> status == 200);
        }
        assertThat(client.get("restore/health").status()).isEqualTo(401);
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
