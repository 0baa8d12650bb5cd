package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.JobEvent;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that a client names by an {@code Idempotency-Key}. */
final class IdempotencyTest {
    private static final String ALICE = "Authorization: Bearer hk-correct-horse";
    private static final String BOB = "Authorization: Bearer hk-other";
    private static final String KEY = "Idempotency-Key: order-66";
    private static final String RUN = "/v2/interpolate/run";

    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final FakeSink sink = new FakeSink();
    private final Gateway gateway = start();

    private Gateway start() {
        return Gateway.start(
                GatewayFixture.config(sink, true),
                List.of(
                        EndpointConfig.defaults(
                                new EndpointId("interpolate"), EndpointKind.INTERPOLATE)),
                transport.media(),
                transport.jobs(),
                transport.events(),
                Clock.systemUTC());
    }

    /** What the fold would say: the first in the log. */
    private void foldFirst() {
        sink.answer =
                exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    if (!path.endsWith("/submission")) {
                        FakeSink.reply(exchange, 200, "{\"status\":\"COMPLETED\"}");
                        return;
                    }
                    String id = path.split("/")[3];
                    String first =
                            submitted().stream()
                                    .filter(event -> event.job().id().value().equals(id))
                                    .findFirst()
                                    .orElseThrow()
                                    .job()
                                    .bodyHash();
                    FakeSink.reply(exchange, 200, "{\"body\":\"%s\"}".formatted(first));
                };
    }

    private List<JobEvent.Submitted> submitted() {
        return transport.events().all().stream()
                .filter(JobEvent.Submitted.class::isInstance)
                .map(JobEvent.Submitted.class::cast)
                .toList();
    }

    private Reply send(String path, String body, String... headers) throws IOException {
        return send(gateway, path, body, headers);
    }

    private static Reply send(Gateway gateway, String path, String body, String... headers)
            throws IOException {
        try (var client = new RawClient(gateway.port())) {
            return client.send("POST", path, body, headers);
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
        sink.close();
    }

    @Test
    void theSameKeyAndBodyIsTheSameJob() throws IOException {
        foldFirst();
        Reply first = send(RUN, "{\"input\":{}}", ALICE, KEY);
        Reply again = send(RUN, "{\"input\":{}}", ALICE, "Idempotency-Key: \"order-66\"");
        assertThat(first.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(transport.jobs().submitted()).as("the sink queues it").isEmpty();
        assertThat(send(RUN, "{\"input\":{}}", BOB, KEY).body()).isNotEqualTo(first.body());
        assertThat(send(RUN, "{\"input\":{}}", ALICE, KEY + "7").body()).isNotEqualTo(first.body());
        Reply waited = send("/v2/interpolate/runsync", "{\"input\":{}}", ALICE, KEY);
        assertThat(waited.header("X-Heritage-Job-Id")).startsWith("sync-");
    }

    @Test
    void theSameKeyAtAnotherGatewayIsTheSameJob() throws IOException {
        foldFirst();
        Reply first = send(RUN, "{\"input\":{}}", ALICE, KEY);
        Gateway other = start();
        try {
            assertThat(send(other, RUN, "{\"input\":{}}", ALICE, KEY).body())
                    .isEqualTo(first.body());
            assertThat(send(other, RUN, "{\"input\":{ }}", ALICE, KEY).status()).isEqualTo(409);
        } finally {
            other.close();
        }
    }

    @Test
    void theSameKeyWithAnotherBodyIsRefused() throws IOException {
        foldFirst();
        send(RUN, "{\"input\":{}}", ALICE, KEY);
        Reply other = send(RUN, "{\"input\":{ }}", ALICE, KEY);
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.error()).contains("submitted with another body");
    }

    @Test
    void aWrongInputOfAKeyFailsAsAnyOther() throws IOException {
        foldFirst();
        Reply reply = send(RUN, "{\"input\":{\"steps\":0}}", ALICE, KEY);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(submitted().getFirst().error()).isEqualTo("start_image_base64 is required");
    }

    @Test
    void withoutASinkNobodyKnowsWhetherTheJobIsNew() throws IOException {
        sink.goAway();
        Reply reply = send(RUN, "{\"input\":{}}", ALICE, KEY);
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.error()).contains("try again with the same key");
    }

    @Test
    void aKeyThatIsNoneIsRefused() throws IOException {
        assertThat(send(RUN, "{\"input\":{}}", ALICE, "Idempotency-Key: a b").status())
                .isEqualTo(400);
        assertThat(
                        send(RUN, "{\"input\":{}}", ALICE, "Idempotency-Key: " + "x".repeat(256))
                                .error())
                .contains("1 to 255");
        assertThat(transport.events().all()).isEmpty();
    }
}
