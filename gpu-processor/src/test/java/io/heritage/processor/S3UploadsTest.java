package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.models.torch.Precision;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.config.UploadConfig;
import io.heritage.processor.job.Attempt;
import io.heritage.processor.job.JobAnswer;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.UploadSecret;
import io.heritage.schemas.UploadTarget;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.bucket.S3Server;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Results on their way into buckets of a real S3 service. */
class S3UploadsTest {
    private static final String SECRET = "between-gateway-and-processor";

    /** Two parts of 8 MiB and a bit. */
    private static final int FILE_BYTES = (16 << 20) + 17;

    private static S3Server s3;
    private static byte[] file;

    private final Installation installation = Installation.inMemory();
    private final EndpointConfig endpoint = installation.newEndpoint(EndpointKind.RESTORE);
    private @Nullable Processor processor;

    @BeforeAll
    static void start() throws Exception {
        s3 = new S3Server();
        file = new byte[FILE_BYTES];
        new Random(14).nextBytes(file);
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
    }

    @AfterEach
    void stopProcessor() {
        if (processor != null) {
            processor.close();
        }
    }

    @Test
    void aResultIsInTheBucketOfTheRequestAndTheReplyHasItsUrl() throws Exception {
        process(uploads(Set.of("127.0.0.1"), ""));
        Job job = submit(target(s3.url(), S3Server.SECRET, "/restored/"), ReplyShape.ENVELOPE);

        Payload output = installation.await(job, JobEvent.Completed.class).output();

        String url = Payload.textOf(output.body().path("media").get(0)).orElseThrow();
        assertThat(url)
                .startsWith(s3.url() + "/films/restored/" + job.id() + "/restored.mp4?")
                .contains("X-Amz-Expires=604800")
                .doesNotContain(S3Server.SECRET);
        assertThat(get(url)).isEqualTo(file);
        assertThat(output.body().path("video_url").asText()).isEqualTo(url);
        assertThat(output.body().path("filename").asText()).isEqualTo("restored.mp4");
        assertThat(output.body().path("size").asLong()).isEqualTo(FILE_BYTES);
        assertThat(output.body().path("duration").asDouble()).isEqualTo(2.0);
        assertThat(output.media()).hasSize(1);
        assertThat(new String(Wire.encode(job), StandardCharsets.UTF_8))
                .doesNotContain(S3Server.SECRET)
                .doesNotContain(S3Server.ID);
    }

    /**
     * The credentials are sealed for the job that was divided, and the client knows its id only.
     */
    @Test
    void theResultOfADividedJobIsUnderTheIdThatTheClientKnows() throws Exception {
        process(uploads(Set.of("127.0.0.1"), ""));
        JobId parent = JobId.forRun(Clock.systemUTC());
        String sealed =
                new UploadSecret(SECRET).seal(target(s3.url(), S3Server.SECRET, ""), parent);
        var segment = new JobPart.Segment(0, 50, 0, 50, 33, 4, 1);
        Job restored = submit(new JobPart(parent, 1, 0, segment), sealed);
        Job joined = submit(new JobPart(parent, 1, 2, new JobPart.Join(List.of())), sealed);

        Payload ofSegment = installation.await(restored, JobEvent.Completed.class).output();
        assertThat(ofSegment.body().has("video_url")).as("a segment is not uploaded").isFalse();
        Payload result = installation.await(joined, JobEvent.Completed.class).output();
        assertThat(result.body().path("video_url").asText())
                .startsWith(s3.url() + "/films/" + parent + "/restored.mp4?");
    }

    @Test
    void anUploadThatIsRefusedLeavesTheResultAndSaysWhatFailed() throws Exception {
        process(uploads(Set.of("127.0.0.1"), ""));
        Job job = submit(target(s3.url(), "another-secret", ""), ReplyShape.ENVELOPE);

        Payload output = installation.await(job, JobEvent.Completed.class).output();

        assertThat(output.body().path("errors").path(0).asText())
                .startsWith("restored.mp4 was not uploaded to 127.0.0.1/films: HTTP 403 ");
        assertThat(output.body().path("media").get(0)).isEqualTo(Payload.placeholder(0));
        assertThat(output.body().has("video_url")).isFalse();
    }

    @Test
    void aBucketAtAPrivateAddressIsNotCalled() throws Exception {
        process(uploads(Set.of(), ""));
        Job job = submit(target(s3.url(), S3Server.SECRET, ""), ReplyShape.ENVELOPE);

        assertThat(errorOf(job))
                .isEqualTo(
                        "restored.mp4 was not uploaded to 127.0.0.1/films: the host is a private, local or reserved address; processor.uploads.private-hosts allows those");
        assertThat(s3.has(job.id() + "/restored.mp4")).isFalse();
    }

    @Test
    void anotherSecretIsToldFromAServiceThatRefuses() throws Exception {
        process(uploads(Set.of("127.0.0.1"), ""));
        JobId id = JobId.forRun(Clock.systemUTC());
        String sealed =
                new UploadSecret("of-another-installation")
                        .seal(target(s3.url(), S3Server.SECRET, ""), id);

        assertThat(errorOf(submit(id, sealed, ReplyShape.ENVELOPE)))
                .isEqualTo(
                        "s3Config cannot be read here: sealed with another secret than this one");
    }

    @Test
    void theBucketOfTheInstallationIsForJobsThatAskForLinks() throws Exception {
        process(uploads(Set.of(), S3Server.BUCKET));
        Job linked = submit(null, ReplyShape.LINKS);
        Job whole = submit(null, ReplyShape.ENVELOPE);

        Payload output = installation.await(linked, JobEvent.Completed.class).output();

        assertThat(get(output.body().path("video_url").asText())).isEqualTo(file);
        assertThat(
                        installation
                                .await(whole, JobEvent.Completed.class)
                                .output()
                                .body()
                                .has("video_url"))
                .isFalse();
        assertThat(s3.has(whole.id() + "/restored.mp4")).isFalse();
    }

    /** A service that takes the connection and is silent. */
    @Test
    void aJobIsCancelledWhileItsResultIsBeingUploaded() throws Exception {
        process(uploads(Set.of("127.0.0.1"), ""));
        var called = new CountDownLatch(1);
        try (var silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> accept(silent, called));
            Job job =
                    submit(
                            target(
                                    "http://127.0.0.1:" + silent.getLocalPort(),
                                    S3Server.SECRET,
                                    ""),
                            ReplyShape.ENVELOPE);
            assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();
            installation.cancel(job);
            Job next = submit(target(s3.url(), S3Server.SECRET, ""), ReplyShape.ENVELOPE);
            assertThat(
                            installation
                                    .await(next, JobEvent.Completed.class)
                                    .output()
                                    .body()
                                    .has("video_url"))
                    .isTrue();
            assertThat(installation.events(job)).noneMatch(JobEvent.Completed.class::isInstance);
        }
    }

    private static void accept(ServerSocket silent, CountDownLatch called) {
        try (var _ = silent.accept()) {
            called.countDown();
            silent.accept();
        } catch (IOException e) {
            called.countDown();
        }
    }

    private String errorOf(Job job) {
        return installation
                .await(job, JobEvent.Completed.class)
                .output()
                .body()
                .path("errors")
                .path(0)
                .asText();
    }

    private static byte[] get(String url) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var reply =
                    client.send(
                            HttpRequest.newBuilder(URI.create(url)).build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            assertThat(reply.statusCode()).isEqualTo(200);
            assertThat(reply.headers().firstValue("Content-Type")).contains("video/mp4");
            return reply.body();
        }
    }

    private static UploadTarget target(String url, String secret, String path) {
        return new UploadTarget(url, S3Server.BUCKET, S3Server.ID, secret, path, "");
    }

    private static UploadConfig uploads(Set<String> privateHosts, String bucket) {
        boolean any = !bucket.isEmpty();
        return new UploadConfig(
                SECRET,
                any ? s3.url() : "",
                bucket,
                any ? S3Server.ID : "",
                any ? S3Server.SECRET : "",
                "",
                "",
                privateHosts,
                Duration.ofDays(7),
                Duration.ofSeconds(60));
    }

    private void process(UploadConfig uploads) {
        ProcessorConfig d = Installation.config(Duration.ZERO);
        var config =
                new ProcessorConfig(
                        new WorkerId("uploader"),
                        Path.of("target/no-models"),
                        "cpu",
                        Precision.FP32,
                        1,
                        d.encoder(),
                        Duration.ZERO,
                        d.hangTimeout(),
                        d.minImageSide(),
                        d.maxImageMegapixels(),
                        d.maxResultBytes(),
                        d.streamPartBytes(),
                        d.heartbeat(),
                        uploads,
                        d.wan(),
                        d.residency());
        processor =
                Processor.startWith(
                        Map.of(EndpointKind.RESTORE, this::restored),
                        config,
                        List.of(endpoint),
                        3,
                        installation.ports(config, List.of(endpoint)),
                        Clock.systemUTC());
    }

    /** As a restoration of two seconds. */
    private JobAnswer restored(Attempt attempt) throws IOException {
        try (MediaUpload upload =
                installation.transport.results().begin(attempt.job().id().value())) {
            MediaPart part = upload.part("restored.mp4", "video/mp4");
            try (part) {
                part.write(file);
            }
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.putArray("media").add(Payload.placeholder(0));
            body.putObject("processing_info").put("frames", 50).put("fps", 25.0);
            return new JobAnswer.Output(new Payload(body, List.of(part.durable())));
        }
    }

    private Job submit(@Nullable UploadTarget target, ReplyShape reply) throws IOException {
        JobId id = JobId.forRun(Clock.systemUTC());
        String sealed = target == null ? null : new UploadSecret(SECRET).seal(target, id);
        return submit(id, sealed, reply);
    }

    private Job submit(JobId id, @Nullable String sealed, ReplyShape reply) throws IOException {
        return submit(id, sealed, reply, null);
    }

    private Job submit(JobPart part, String sealed) throws IOException {
        return submit(part.id(), sealed, ReplyShape.ENVELOPE, part);
    }

    private Job submit(
            JobId id, @Nullable String sealed, ReplyShape reply, @Nullable JobPart part) {
        var job =
                new Job(
                        id,
                        endpoint.id(),
                        endpoint.kind(),
                        "tester",
                        Payload.ofJson(JsonNodeFactory.instance.objectNode()),
                        endpoint.defaultPolicy(),
                        null,
                        reply,
                        Clock.systemUTC().instant(),
                        0,
                        null,
                        sealed,
                        part,
                        null,
                        null);
        installation.transport.jobs().submit(job);
        return job;
    }
}
