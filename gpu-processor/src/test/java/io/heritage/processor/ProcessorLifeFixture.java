package io.heritage.processor;

import io.heritage.processor.interpolate.EngineLoader;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.JobEvent;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processors on a real broker, with an engine that the tests pace. */
@Timeout(300)
@ExtendWith(SharedBroker.class)
abstract class ProcessorLifeFixture {
    static final String FRAMES =
            """
            {"start_image_base64":{"$media":0},"end_image_base64":{"$media":1},
             "resolution":480,"frame_length":17,"seed":18446744073709551615}\
            """;

    static final Duration PATIENCE = Duration.ofSeconds(60);

    static KafkaInstallation installation;

    final Instant begun = Instant.now();
    final PacedEngine engine = new PacedEngine();
    byte[] chelsea;
    byte[] coffee;
    EndpointConfig endpoint;

    @BeforeAll
    static void install(TestBroker broker) {
        installation = new KafkaInstallation(broker);
    }

    @AfterAll
    static void close() {
        installation.close();
    }

    @BeforeEach
    void newEndpoint() throws IOException {
        chelsea = Installation.resource("chelsea.png");
        coffee = Installation.resource("coffee.png");
        endpoint = installation.newEndpoint(EndpointKind.INTERPOLATE);
    }

    Processor processor(EngineLoader loader, Duration grace) {
        return installation.processor(List.of(endpoint), loader, grace, Clock.systemUTC());
    }

    static List<String> namesOf(List<JobEvent> events) {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    static void awaitLatch(CountDownLatch latch) {
        try {
            Installation.await(latch);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
