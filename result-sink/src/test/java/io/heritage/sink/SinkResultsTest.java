package io.heritage.sink;

import static io.heritage.sink.SinkFixture.await;
import static io.heritage.sink.SinkFixture.jobUri;
import static io.heritage.sink.SinkFixture.noise;
import static io.heritage.sink.SinkFixture.quickestOfThree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.heritage.schemas.Job;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How results leave the sink: as a reply, as a webhook, or not any more. */
@SuppressWarnings("NullAway.Init")
class SinkResultsTest extends OneSinkFixture {
    @Test
    void aLargeResultIsStreamedWithoutBeingHeldInMemory() throws Exception {
        Job job = fixture.submit(samples.job());
        byte[] bytes = noise(1, 50 << 20);
        MediaRef ref = fixture.result(job, "video", bytes);
        bytes = new byte[0];
        finish(job, new Payload(Samples.json("{'video':{'$media':0},'n':1}"), List.of(ref)));
        fixture.json(jobUri(sink, fixture.submit(samples.job()), "")); // everything is loaded
        long before = LiveHeap.bytes();
        long peak = 0;
        HttpResponse<InputStream> reply = fixture.open(jobUri(sink, job, ""));
        var sha = MessageDigest.getInstance("SHA-256");
        try (InputStream in = reply.body()) {
            skipPast("\"video\":\"", in);
            byte[] block = new byte[4 << 20];
            int looks = 0;
            for (long left = (ref.bytes() + 2) / 3 * 4; left > 0; ) {
                int read = in.readNBytes(block, 0, (int) Math.min(block.length, left));
                sha.update(Base64.getDecoder().decode(Arrays.copyOf(block, read)));
                left -= read;
                peak = looks++ % 4 == 0 ? Math.max(peak, LiveHeap.bytes()) : peak;
            }
            assertThat(new String(in.readAllBytes(), UTF_8))
                    .startsWith("\",\"n\":1,\"image_url\":\"")
                    .endsWith("}");
        }
        assertThat(HexFormat.of().formatHex(sha.digest())).isEqualTo(ref.sha256());
        assertThat(peak - before).as("growth of the live heap").isLessThan(40L << 20);
        assertThat(reply.headers().firstValueAsLong("content-length").orElse(0))
                .isGreaterThan(ref.bytes());
    }

    @Test
    void bothShapesCarryTheMediaTwice() throws Exception {
        Job job = fixture.submit(samples.job(null, ReplyShape.BOTH));
        byte[] one = noise(2, 1_000_000);
        byte[] two = noise(3, 7);
        var refs = List.of(fixture.result(job, "a", one), fixture.result(job, "b", two));
        finish(
                job,
                new Payload(
                        Samples.json(
                                "{'images':[{'$media':0},{'$media':1},{'$media':0}],'status':'success'}"),
                        refs));
        JsonNode reply = fixture.json(jobUri(sink, job, ""));
        assertThat(reply.path("status").asText()).isEqualTo("COMPLETED");
        for (JsonNode images : List.of(reply.path("images"), reply.at("/output/images"))) {
            assertThat(images.get(0).binaryValue()).isEqualTo(one);
            assertThat(images.get(1).binaryValue()).isEqualTo(two);
            assertThat(images.get(2).binaryValue()).isEqualTo(one);
        }
        assertThat(reply.at("/output/status").asText()).isEqualTo("success");
    }

    @Test
    void aResultWhoseMediaAreGoneIsSaidToBeExpired() throws Exception {
        Job job = fixture.submit(samples.job());
        finish(job, new Payload(Samples.json("{'video':{'$media':0}}"), List.of(gone(job))));
        HttpResponse<String> reply = fixture.get(jobUri(sink, job, ""));
        assertThat(reply.statusCode()).isEqualTo(404);
        assertThat(reply.body()).contains("result expired");
    }

    @Test
    void aReplyThatBreaksOffInTheMiddleIsCut() {
        Job job = fixture.submit(samples.job());
        MediaRef first = fixture.result(job, "a", noise(4, 3_000_000));
        finish(
                job,
                new Payload(
                        Samples.json("{'images':[{'$media':0},{'$media':1}]}"),
                        List.of(first, gone(job))));
        assertThatThrownBy(() -> fixture.get(jobUri(sink, job, "")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aResultAskedToExpireIsGoneThen() throws Exception {
        Job job = fixture.submit(samples.job());
        finish(job, Payload.ofJson(Samples.json("{}")));
        assertThat(fixture.json(jobUri(sink, job, "&ttl=300")).path("status").asText())
                .isEqualTo("COMPLETED");
        await(() -> status(job) == 404);
        assertThat(quickestOfThree(() -> fixture.get(jobUri(sink, job, "&wait=60000"))))
                .as("held neither for its wait nor until clients give up")
                .isLessThan(SinkFixture.CLIENTS_WAIT);
        assertThat(errorOf(jobUri(sink, job, "")))
                .startsWith("job not found: its result expired at 20");
        assertThat(errorOf(jobUri(sink, job.id().value(), "interpolate", "bob", "")))
                .isEqualTo("job not found");
    }

    @Test
    void aWebhookGetsTheJobWithItsInput() throws Exception {
        BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
        var receiver =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext(
                "/hook",
                exchange -> {
                    JsonNode body = Wire.json().readTree(exchange.getRequestBody());
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                    received.add(body);
                });
        receiver.start();
        String hook = "http://127.0.0.1:%d/hook".formatted(receiver.getAddress().getPort());
        Job plain = samples.job(hook, ReplyShape.BOTH);
        byte[] picture = noise(5, 600_000);
        Job job = fixture.submit(withMedia(plain, fixture.input(plain, picture)));
        byte[] frame = noise(6, 400_000);
        finish(
                job,
                new Payload(
                        Samples.json("{'image':{'$media':0}}"),
                        List.of(fixture.result(job, "a", frame))));
        JsonNode body = Objects.requireNonNull(received.poll(60, TimeUnit.SECONDS));
        URI again = jobUri(sink, job.id() + "/webhook", "interpolate", "alice", "");
        await(() -> isSentAgain(again));
        assertThat(received.poll(60, TimeUnit.SECONDS)).as("the same once more").isEqualTo(body);
        receiver.stop(0);
        assertThat(body.properties())
                .extracting(Map.Entry::getKey)
                .containsExactly(
                        "delayTime",
                        "executionTime",
                        "id",
                        "input",
                        "output",
                        "outputs_url",
                        "status",
                        "webhook");
        assertThat(body.at("/input/start_image_base64").binaryValue()).isEqualTo(picture);
        assertThat(body.at("/output/image").binaryValue()).isEqualTo(frame);
        assertThat(body.path("webhook").asText()).isEqualTo(hook);
    }

    /** Not before the first call is known to be over. */
    private static boolean isSentAgain(URI webhook) {
        try {
            return fixture.post(webhook).path("status").asText().equals("COMPLETED");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aWebhookThatIsNoneIsNotSentAgain() throws Exception {
        Job job = fixture.submit(samples.job());
        finish(job, Payload.ofJson(Samples.json("{}")));
        for (String owner : List.of("alice", "bob")) {
            assertThat(
                            fixture.post(
                                            jobUri(
                                                    sink,
                                                    job.id() + "/webhook",
                                                    "interpolate",
                                                    owner,
                                                    ""))
                                    .path("error")
                                    .asText())
                    .isEqualTo(
                            owner.equals("alice")
                                    ? "the job has no webhook, or has not ended yet"
                                    : "job not found");
        }
    }

    private static Job withMedia(Job job, MediaRef ref) {
        return new Job(
                job.id(),
                job.endpoint(),
                job.kind(),
                job.owner(),
                new Payload(Samples.json("{'start_image_base64':{'$media':0}}"), List.of(ref)),
                job.policy(),
                job.webhook(),
                job.reply(),
                job.submittedAt(),
                0);
    }
}
