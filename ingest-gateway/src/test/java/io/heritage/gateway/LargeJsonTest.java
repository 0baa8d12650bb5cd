package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Wire;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** JSON beside the media may be as large as RunPod takes it; a job's record may not. */
final class LargeJsonTest {
    private static final String JUNK = "x".repeat(10 << 20);

    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final FakeSink sink = new FakeSink();
    private final Gateway gateway =
            Gateway.start(
                    SmallGateway.patient(sink.uri()),
                    List.of(
                            EndpointConfig.defaults(
                                    new EndpointId("interpolate"), EndpointKind.INTERPOLATE)),
                    transport.media(),
                    transport.jobs(),
                    transport.events(),
                    Clock.systemUTC());

    @AfterEach
    void stop() {
        gateway.close();
        sink.close();
    }

    private void run(String input) throws IOException {
        try (var client = new RawClient(gateway.port())) {
            var reply = client.send("POST", "/v2/interpolate/run", "{\"input\":" + input + "}");
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        }
    }

    @Test
    void whatMeansNothingDoesNotGoIntoTheRecordOfALargeInput() throws IOException {
        run("{\"start_image_base64\":\"aGk=\",\"steps\":9,\"mask\":\"%s\"}".formatted(JUNK));
        Job job = transport.jobs().submitted().getFirst();
        assertThat(job.input().body().toString())
                .isEqualTo("{\"start_image_base64\":{\"$media\":0},\"steps\":9}");
        run("{\"start_image_base64\":\"aGk=\",\"mask\":\"small\"}");
        assertThat(((ObjectNode) transport.jobs().submitted().getLast().input().body()).has("mask"))
                .isTrue();
    }

    @Test
    void aLargeWrongFieldIsShortenedInTheRecord() throws IOException {
        run("{\"start_image_base64\":\"aGk=\",\"positive_prompt\":\"%s\"}".formatted(JUNK));
        var rejected = (JobEvent.Rejected) transport.events().all().getLast();
        assertThat(rejected.error())
                .isEqualTo("positive_prompt: expected at most 20000 characters, found 10485760");
        assertThat(Wire.encode(rejected).length).isLessThan(10_000);
    }
}
