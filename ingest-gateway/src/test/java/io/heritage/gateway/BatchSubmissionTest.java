package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.schemas.Batch;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /batch}: one request, many jobs. */
final class BatchSubmissionTest {
    private static final String ALICE = "Authorization: Bearer hk-correct-horse";
    private static final String BATCH = "/v2/interpolate/batch";

    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final FakeSink sink = new FakeSink();
    private final Gateway gateway =
            Gateway.start(
                    GatewayFixture.config(sink, true),
                    List.of(
                            EndpointConfig.defaults(
                                    new EndpointId("interpolate"), EndpointKind.INTERPOLATE)),
                    transport.media(),
                    transport.jobs(),
                    transport.events(),
                    Clock.systemUTC());

    private Reply send(String method, String path, String body, String... headers)
            throws IOException {
        try (var client = new RawClient(gateway.port())) {
            return client.send(method, path, body, headers);
        }
    }

    private Reply batch(String body) throws IOException {
        return send("POST", BATCH, body, ALICE);
    }

    private String stored(String bytes) throws IOException {
        Reply reply = send("PUT", "/v2/interpolate/media", bytes, ALICE, "Content-Type: image/png");
        return reply.json().path("media_ref").textValue();
    }

    private Job submitted() {
        assertThat(transport.events().all()).hasSize(1);
        return ((JobEvent.Submitted) transport.events().all().getFirst()).job();
    }

    @AfterEach
    void stop() {
        gateway.close();
        sink.close();
    }

    @Test
    void manyJobsAreOneRecordWithTheMediaThatTheyName() throws IOException {
        String start = stored("start");
        String end = stored("end");
        Reply reply =
                batch(
                        """
                        {"input":{"frame_length":17,"end_image_base64":"%s"},
                         "inputs":[{"start_image_base64":"%s"},{"start_image_base64":"%s","frame_length":33}],
                         "policy":{"ttl":60000},"webhook":"https://client.example/done"}\
                        """
                                .formatted(end, start, end));
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(reply.json().path("status").asText()).isEqualTo("IN_QUEUE");
        assertThat(transport.jobs().submitted()).as("the sink makes them").isEmpty();
        Job batch = submitted();
        assertThat(batch.id().value()).isEqualTo(reply.json().path("id").asText());
        assertThat(batch.batch()).isEqualTo(new Batch.Whole(2));
        assertThat(batch.webhook()).isEqualTo("https://client.example/done");
        assertThat(batch.input().media()).as("each once").hasSize(2);
        Payload second = Batch.member(batch, 1).input();
        MediaRef its = second.mediaAt(second.body().path("start_image_base64"));
        assertThat(its).isEqualTo(second.mediaAt(second.body().path("end_image_base64")));
        assertThat(second.body().path("frame_length").asInt()).isEqualTo(33);
        assertThat(Batch.member(batch, 1).policy().ttl()).hasSeconds(60);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                            | inputs: expected an array",
                "{\"inputs\":[]}                               | inputs: expected an array",
                "{\"inputs\":{}}                               | inputs: expected an array",
                "{\"inputs\":[{},7]}                           | inputs.1: expected an object",
                "{\"input\":[],\"inputs\":[{}]}                | input: expected an object",
                "[]                                            | inputs: expected an array",
                "{\"inputs\":[{}                               | not JSON",
                "{\"inputs\":[{},{\"frame_length\":0}]}        | inputs.1: ",
                "{\"inputs\":[{\"start_image_base64\":\"AAAA\"}]} | inputs.0.start_image_base64: a batch names its media",
                "{\"inputs\":[{\"start_image_base64\":\"media:x\",\"end_image_base64\":\"media:x\"}]} | no media of this key are stored",
                "{\"inputs\":[{\"x\":{\"$media\":0}}]}         | reserved",
                "{\"inputs\":[{}],\"s3Config\":{\"a\":\"b\"}}  | s3Config: not allowed in a batch",
                "{\"inputs\":[{}],\"policy\":{\"ttl\":1}}      | ttl",
                "{\"inputs\":[{}],\"webhook\":7}               | webhook",
            })
    void aBatchThatIsWrongIsRefusedWhole(String body, String reason) throws IOException {
        Reply reply = batch(body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        assertThat(reply.error()).contains(reason);
        assertThat(transport.events().all()).isEmpty();
    }

    @Test
    void aBatchIsBoundedInJobsInBytesAndInUrls() throws IOException {
        assertThat(batch("{\"inputs\":[" + "{},".repeat(999) + "{}]}").status()).isEqualTo(200);
        assertThat(batch("{\"inputs\":[" + "{},".repeat(1000) + "{}]}").error())
                .contains("1 to 1000");
        Reply large = batch("{\"input\":{\"prompt\":\"" + "x".repeat(2 << 20) + "\"}}");
        assertThat(large.status()).isEqualTo(400);
        assertThat(large.error()).isEqualTo("exceeded max body size of 2MiB");
        String media = "\"start_image_base64\":\"%1$s\",\"end_image_base64\":\"%1$s\"";
        String one =
                "{" + media.formatted(stored("x")) + ",\"prompt\":\"" + "x".repeat(1500) + "\"}";
        assertThat(batch("{\"inputs\":[" + (one + ",").repeat(699) + one + "]}").error())
                .contains("put shared values into input");
        var urls = new StringBuilder();
        for (int i = 0; i < 65; i++) {
            urls.append("{\"start_image_url\":\"http://127.0.0.1/").append(i).append("\"},");
        }
        assertThat(batch("{\"inputs\":[" + urls + "{}]}").error())
                .contains("more than 64 media by URL");
        var references = new StringBuilder();
        for (int i = 0; i <= 4_000; i++) {
            references.append("\"media:").append(i).append("\",");
        }
        assertThat(
                        batch(
                                        "{\"inputs\":[{\"start_image_base64\":["
                                                + references
                                                + "\"media:0\"]}]}")
                                .error())
                .contains("more than 4000 media");
        assertThat(transport.events().all()).hasSize(1);
    }

    @Test
    void whatTheJobsOfABatchTakeIsBoundedAloneAndTogether() throws IOException {
        String start = stored("start");
        String shared =
                "{\"input\":{\"start_image_base64\":\"%s\",\"end_image_base64\":\"%s\",\"note\":\"%%s\"},\"inputs\":[%%s{}]}"
                        .formatted(start, start);
        Reply together = batch(shared.formatted("x".repeat(100 << 10), "{},".repeat(99)));
        assertThat(together.status()).isEqualTo(400);
        assertThat(together.error()).contains("the 100 jobs have more than 8MiB together");
        Reply alone = batch(shared.formatted("x".repeat(600 << 10), "{},"));
        assertThat(alone.status()).isEqualTo(400);
        assertThat(alone.error()).contains("inputs.0: the job has", "512KiB are possible");
        assertThat(transport.events().all()).isEmpty();
        assertThat(batch(shared.formatted("x".repeat(50 << 10), "{},".repeat(99))).status())
                .isEqualTo(200);
    }

    @Test
    void aKeyOfABatchIsNotThatOfAJob() throws IOException {
        sink.answer =
                exchange ->
                        FakeSink.reply(
                                exchange,
                                200,
                                "{\"body\":\"%s\"}"
                                        .formatted(
                                                Objects.requireNonNull(
                                                        ((JobEvent.Submitted)
                                                                        transport
                                                                                .events()
                                                                                .all()
                                                                                .getLast())
                                                                .job()
                                                                .bodyHash())));
        String key = "Idempotency-Key: order-66";
        String body = "{\"inputs\":[{},{}]}";
        Reply first = send("POST", BATCH, body, ALICE, key);
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(send("POST", BATCH, body, ALICE, key).body()).isEqualTo(first.body());
        assertThat(
                        send("POST", "/v2/interpolate/run", "{\"input\":{}}", ALICE, key)
                                .json()
                                .path("id"))
                .isNotEqualTo(first.json().path("id"));
    }
}
