package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.heritage.gateway.RawClient.Reply;
import io.heritage.gateway.submit.UnknownFields;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.UploadSecret;
import io.heritage.schemas.UploadTarget;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.DiskFull;
import io.heritage.transport.media.MediaQuotaReached;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** How jobs are submitted, by the rules of docs/spec/runpod.md. */
final class GatewaySubmitTest extends GatewayFixture {
    @Test
    void mediaArriveAndTheJobRefersToThem() throws IOException {
        assertThat(run(withImages(5_000)).status()).isEqualTo(200);
        Job job = jobs.submitted().getFirst();
        assertThat(job.input().body().toString())
                .isEqualTo(
                        "{\"start_image_base64\":{\"$media\":0},\"end_image_base64\":{\"$media\":1}}");
        assertThat(job.input().media()).hasSize(2);
        assertThat(media.keys())
                .containsOnly(job.id() + "/start_image_base64", job.id() + "/end_image_base64");
        assertThat(media.part("end_image_base64")).hasSize(5_000);
    }

    @Test
    void aWebhookWithinTheInputIsNone() throws IOException {
        String body =
                "{\"input\":{\"start_image_base64\":\"aGk=\",\"end_image_base64\":\"aGk=\",\"webhook\":\"https://hook.example/a\"}}";
        assertThat(run(body).status()).isEqualTo(200);
        assertThat(jobs.submitted().getFirst().webhook()).isNull();
    }

    @Test
    void unknownKeysAreDroppedAndCredentialsAreSealed() throws Exception {
        String body =
                """
                {"input":{},"foo":1,"webhookV2":"x","webhook":"https://hook.example/a",
                 "s3Config":{"endpointUrl":"https://s3.eu-west-3.amazonaws.com","bucketName":"films",
                             "accessId":"public-half","accessSecret":"topsecret","objectPath":"/a/"}}
                """;
        assertThat(run(body).status()).isEqualTo(200);
        Job job = jobs.submitted().getFirst();
        assertThat(job.webhook()).isEqualTo("https://hook.example/a");
        assertThat(new String(io.heritage.schemas.Wire.encode(job), StandardCharsets.UTF_8))
                .doesNotContain("topsecret")
                .doesNotContain("public-half")
                .doesNotContain("films")
                .doesNotContain("foo");
        var secret = new UploadSecret("between-gateway-and-processor");
        UploadTarget target = secret.open(Objects.requireNonNull(job.upload()), job.id());
        assertThat(target.accessSecret()).isEqualTo("topsecret");
        assertThat(target.key(job.id(), "a.mp4")).isEqualTo("a/" + job.id() + "/a.mp4");
        assertThat(target.signedRegion()).isEqualTo("eu-west-3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "{}|no input: expected {\"input\": {…}}, found the keys []",
                "{\"input\"|the JSON ends too early, after 8 bytes: expected ':' after a key",
                "[]|the body is a JSON array; expected an object with the key input",
                "{\"input\":{},\"policy\":{\"executionTimeout\":4999}}|policy.executionTimeout:"
                        + " the minimum is 5000 ms",
                "{\"input\":{},\"policy\":{\"ttl\":9999}}|policy.ttl: the minimum is 10000 ms",
                "{\"input\":{},\"s3Config\":\"x\"}|s3Config: expected an object",
                "{\"input\":{},\"s3Config\":{\"endpointUrl\":7}}|s3Config.endpointUrl: expected"
                        + " a text of at most 1024 characters",
                "{\"input\":{},\"s3Config\":{\"endpointUrl\":\"ftp://a\",\"bucketName\":\"b\",\"accessId\":\"c\",\"accessSecret\":\"d\"}}|s3Config.endpointUrl:"
                        + " expected an http or https URL without the bucket, such as"
                        + " https://s3.eu-central-1.amazonaws.com",
                "{\"input\":{},\"webhook\":\"ftp://a/b\"}|webhook: expected an http or https"
                        + " URL of at most 4096 characters",
                "{\"input\":{},\"webhook\":{\"url\":\"https://a/\"}}|webhook: expected an http"
                        + " or https URL of at most 4096 characters",
                "{\"input\":{},\"webhook\":7}|webhook: expected an http or https URL of at most"
                        + " 4096 characters",
            })
    void aBadRequestIsRefusedAndTheConnectionGoesOn(String body, String error) throws IOException {
        Reply reply = run(body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo(error);
        assertThat(jobs.submitted()).isEmpty();
        assertThat(
                        run("{\"input\":{},\"policy\":{\"executionTimeout\":5000,\"ttl\":10000}}")
                                .status())
                .isEqualTo(200);
    }

    @Test
    void aSubmissionWithoutRoomForItsMediaIsRefusedBeforeItsBodyIsRead() throws IOException {
        media.refuse(new MediaQuotaReached("no room"));
        Reply refused = run("{\"input\":");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("retry-after")).isEqualTo("30");
        assertThat(refused.error()).isEqualTo("no room");
        media.refuse(new DiskFull("disk full", "/data"));
        Reply full = run(EMPTY_INPUT);
        assertThat(full.status()).isEqualTo(503);
        assertThat(full.header("retry-after")).isEqualTo("60");
        assertThat(jobs.submitted()).isEmpty();
        media.refuse(null);
        assertThat(run("{\"input\":{}}").status()).isEqualTo(200);
    }

    @Test
    void requestsThatKafkaDoesNotServeLeaveOneLineAndNoTrace() throws IOException {
        var logger = (Logger) LoggerFactory.getLogger("io.heritage.gateway");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.addAppender(lines);
        try {
            media.refuse(new TransportUnavailable("no room told"));
            for (int i = 0; i < 3; i++) {
                Reply away = run(EMPTY_INPUT);
                assertThat(away.status()).isEqualTo(503);
                assertThat(away.header("retry-after")).isEqualTo("5");
            }
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(List.copyOf(lines.list))
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .singleElement()
                .satisfies(line -> assertThat(line.getThrowableProxy()).isNull());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "86400001|5000|policy.ttl: 86400001 ms is longer than media are kept here"
                        + " (kafka.media-retention: 86400000 ms)",
                "86400000|43200001|policy.executionTimeout: 43200001 ms and the result's"
                        + " retention of 43200000 ms together are longer than media are kept"
                        + " here (kafka.media-retention: 86400000 ms)",
            })
    void aJobThatOutlivesItsMediaIsRefused(long ttl, long executionTimeout, String error)
            throws IOException {
        media.keepFor(Duration.ofHours(24));
        String body = "{\"input\":{},\"policy\":{\"ttl\":%d,\"executionTimeout\":%d}}";
        Reply refused = run(body.formatted(ttl, executionTimeout));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).isEqualTo(error);
        assertThat(run(body.formatted(86_400_000, 43_200_000)).status()).isEqualTo(200);
    }

    @Test
    void aFieldThatMeansNothingIsNamedWithTheOneThatWasMeant() throws IOException {
        Reply reply = run("{\"input\":{\"action\":\"health\"}}".replace("action", "step"));
        assertThat(reply.header("X-Heritage-Warning")).isEmpty();
        Reply accepted =
                run(withImages(10).replace("{\"start", "{\"stepz\":8,\"my own\":1,\"start"));
        assertThat(accepted.status()).isEqualTo(200);
        assertThat(accepted.header("X-Heritage-Warning"))
                .isEqualTo("input has unknown fields: stepz (did you mean steps?), my own");
        assertThat(run(withImages(10)).header("X-Heritage-Warning")).isEmpty();
    }

    /** {@code gateway.unknown-fields}: the job fails, or the batch is refused. */
    @Test
    void aFieldThatMeansNothingIsRefusedWhereTheOperatorSaysSo() throws IOException {
        restart(
                config(
                        sink,
                        true,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(2),
                        UnknownFields.REFUSE));
        String text = "input has unknown fields: stepz (did you mean steps?)";
        String odd = withImages(10).replace("{\"start", "{\"stepz\":8,\"start");
        assertThat(run(odd).status()).isEqualTo(200);
        assertThat(((JobEvent.Rejected) events.all().getLast()).error()).isEqualTo(text);
        assertThat(jobs.submitted()).isEmpty();
        String batch = "{\"input\":{\"action\":\"health\"},\"inputs\":[{\"seedd\":7}]}";
        Reply refused = client.send("POST", "/v2/restore/batch", batch, AUTHORIZED);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error())
                .isEqualTo("inputs.0: input has unknown fields: seedd (did you mean seed?)");
        assertThat(run(withImages(10)).status()).isEqualTo(200);
        assertThat(jobs.submitted()).hasSize(1);
    }

    @Test
    void anInputThatIsWrappedTwiceIsToldSo() throws IOException {
        run("{\"input\":{\"input\":{\"steps\":8}}}");
        assertThat(((JobEvent.Rejected) events.all().getLast()).error())
                .isEqualTo(
                        "start_image_base64 is required; the input is wrapped twice, expected"
                                + " {\"input\": {…}} once");
    }

    @Test
    void textsDoNotNameSettingsOfTheParser() throws IOException {
        Reply reply = run("{\"input\":{\"steps\":NaN}}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).startsWith("not JSON: Non-standard token 'NaN' (line 1");
    }

    @Test
    void aWrongInputFailsTheJobWithoutQueueing() throws IOException {
        Reply reply = run("{\"input\":{\"steps\":8}}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("status").textValue()).isEqualTo("IN_QUEUE");
        assertThat(jobs.submitted()).isEmpty();
        assertThat(events.all()).hasSize(1);
        var rejected = (JobEvent.Rejected) events.all().getFirst();
        assertThat(rejected.error()).isEqualTo("start_image_base64 is required");
        assertThat(rejected.jobId().value()).isEqualTo(reply.json().path("id").textValue());
    }

    @Test
    void theLimitIsTheBodysLength() throws IOException {
        String start = "{\"input\":{\"start_image_base64\":\"";
        String end = "\"}}";
        int room = LIMIT - start.length() - end.length();
        String fits = start + "A".repeat(room / 4 * 4) + end;
        fits = fits + " ".repeat(LIMIT - fits.length());
        assertThat(run(fits).status()).isEqualTo(200);
        Reply over = run(fits + " ");
        assertThat(over.status()).isEqualTo(400);
        assertThat(over.error()).isEqualTo("exceeded max body size of 100000 bytes");
        assertThat(run(EMPTY_INPUT).status()).as("same connection").isEqualTo(200);
        client.write("POST", RUN, "Transfer-Encoding: chunked", AUTHORIZED);
        client.write(Integer.toHexString(LIMIT + 1) + "\r\n" + fits + " \r\n0\r\n\r\n");
        assertThat(client.reply().error()).startsWith("exceeded max body size");
        assertThat(run(EMPTY_INPUT).status()).isEqualTo(200);
    }

    @Test
    void aHugeBodyIsRefusedBeforeItIsSent() throws IOException {
        client.write(
                "POST", RUN, "Content-Length: 999999999999", AUTHORIZED, "Expect: 100-continue");
        assertThat(client.reply().status()).isEqualTo(400);
        assertThat(client.atEnd()).isTrue();
    }

    @Test
    void aClientThatExpectsContinueGetsIt() throws IOException {
        String body = withImages(3_000);
        client.write(
                "POST",
                RUN,
                "Content-Length: " + body.length(),
                AUTHORIZED,
                "Expect: 100-continue");
        assertThat(client.reply().status()).isEqualTo(100);
        client.write(body);
        assertThat(client.reply().status()).isEqualTo(200);
    }

    @Test
    void chunksOfAnySizeAreTaken() throws IOException {
        String body = withImages(30_000);
        var random = new Random(3);
        for (int round = 0; round < 5; round++) {
            client.write("POST", RUN, "Transfer-Encoding: chunked", AUTHORIZED);
            var framed = new StringBuilder();
            for (int at = 0; at < body.length(); ) {
                int size = Math.min(body.length() - at, 1 + random.nextInt(1 << 4 * round));
                framed.append(Integer.toHexString(size))
                        .append("\r\n")
                        .append(body, at, at + size)
                        .append("\r\n");
                at += size;
            }
            client.write(framed + "0\r\n\r\n");
            assertThat(client.reply().status()).isEqualTo(200);
            assertThat(media.part("end_image_base64")).hasSize(30_000);
            media.clear();
        }
    }

    @Test
    void gzipIsTakenAndOtherEncodingsAreRefused() throws IOException {
        var zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write(withImages(2_000).getBytes(StandardCharsets.UTF_8));
        }
        client.write(
                "POST",
                RUN,
                "Content-Length: " + zipped.size(),
                AUTHORIZED,
                "Content-Encoding: gzip");
        client.out.write(zipped.toByteArray());
        assertThat(client.reply().status()).isEqualTo(200);
        assertThat(media.part("start_image_base64")).hasSize(2_000);
        Reply brotli = client.send("POST", RUN, EMPTY_INPUT, AUTHORIZED, "Content-Encoding: br");
        assertThat(brotli.status()).isEqualTo(400);
        assertThat(brotli.error()).isEqualTo("Content-Encoding: expected gzip, or none");
    }

    @Test
    void badBase64FailsTheJobAtOnce() throws IOException {
        Reply reply = run("{\"input\":{\"start_image_base64\":\"AAAA!\"}}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(jobs.submitted()).isEmpty();
        var rejected = (JobEvent.Rejected) events.all().getFirst();
        assertThat(rejected.error())
                .isEqualTo("start_image_base64: invalid base64 at character 4: '!'");
        assertThat(rejected.jobId().value()).isEqualTo(reply.json().path("id").textValue());
        assertThat(media.openUploads()).isEqualTo(0);
    }

    @Test
    void withoutKafkaTheClientIsToldToRetry() throws IOException {
        media.setUnavailable(true);
        Reply reply = run(withImages(30_000));
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).isNotEmpty();
        media.setUnavailable(false);
        jobs.setUnavailable(true);
        assertThat(run(EMPTY_INPUT).status()).isEqualTo(503);
        jobs.setUnavailable(false);
        assertThat(run(EMPTY_INPUT).status()).isEqualTo(200);
    }

    @Test
    void aConnectionCutInAnUploadLeavesNothing() throws Exception {
        String body = withImages(30_000);
        client.write("POST", RUN, "Content-Length: " + body.length(), AUTHORIZED);
        client.write(body.substring(0, 60_000));
        eventually(() -> media.openUploads() == 1);
        client.close();
        eventually(() -> media.openUploads() == 0);
        assertThat(jobs.submitted()).isEmpty();
        assertThat(events.all()).isEmpty();
    }

    @Test
    void aBodyThatEndsEarlyIsAnswered() throws IOException {
        client.write("POST", RUN, "Content-Length: 1000", AUTHORIZED);
        client.write("{\"input\":{\"start_image_base64\":\"AAAA");
        client.socket.shutdownOutput();
        Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo("the body ended early, after 36 of 1000 bytes");
        assertThat(media.openUploads()).isEqualTo(0);
    }

    @Test
    void aStalledBodyIsAnsweredWhileOthersAreServed() throws IOException {
        restart(config(sink, true, Duration.ofSeconds(3), Duration.ZERO));
        client.write("POST", RUN, "Content-Length: 1000", AUTHORIZED);
        client.write("{\"input\":{\"start_image_base64\":\"AAAA");
        try (var other = new RawClient(gateway.port())) {
            assertThat(other.send("POST", RUN, EMPTY_INPUT, AUTHORIZED).status()).isEqualTo(200);
        }
        Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo("the body stalled");
        assertThat(client.atEnd()).isTrue();
    }
}
