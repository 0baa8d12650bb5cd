package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.RequestRates;
import io.heritage.gateway.connection.GatewayTls;
import io.heritage.gateway.media.MediaUrls;
import io.heritage.gateway.submit.UnknownFields;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.transport.log.JobLog;
import io.heritage.transport.memory.MemoryEventLog;
import io.heritage.transport.memory.MemoryJobs;
import io.heritage.transport.memory.MemoryMediaStore;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A gateway on ports in memory, and a client that writes its requests byte by byte. */
abstract class GatewayFixture {
    static final int LIMIT = 100_000;
    static final String KEY = "hk-correct-horse";
    static final String AUTHORIZED = "Authorization: Bearer " + KEY;
    static final String RUN = "/v2/interpolate/run";
    static final String RUNSYNC = "/v2/interpolate/runsync";
    static final String HEALTH = "/v2/interpolate/health";
    static final String EMPTY_INPUT = "{\"input\":{}}";

    final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    final MemoryMediaStore media = transport.media();
    final MemoryJobs jobs = transport.jobs();
    final MemoryEventLog events = transport.events();
    FakeSink sink = new FakeSink();
    Gateway gateway = start(true);
    RawClient client = connect();

    @BeforeEach
    void beQuiet() {
        assertThat(jobs.submitted()).isEmpty();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        gateway.close();
        sink.close();
    }

    /** So long that no test that stands still for a while has its connections cut. */
    static GatewayConfig config(FakeSink sink, boolean keys) {
        return config(sink, keys, Duration.ofSeconds(60), Duration.ofSeconds(2));
    }

    static GatewayConfig config(
            FakeSink sink, boolean keys, Duration readTimeout, Duration shutdownGrace) {
        return config(sink, keys, readTimeout, shutdownGrace, UnknownFields.WARN);
    }

    static GatewayConfig config(
            FakeSink sink,
            boolean keys,
            Duration readTimeout,
            Duration shutdownGrace,
            UnknownFields unknownFields) {
        var defaults = GatewayConfig.defaults();
        return new GatewayConfig(
                defaults.host(),
                0,
                defaults.basePath(),
                sink.uri(),
                LIMIT,
                LIMIT,
                20_000,
                2 * LIMIT,
                keys
                        ? List.of(ApiKey.ofPlain("alice", KEY), ApiKey.ofPlain("bob", "hk-other"))
                        : List.of(),
                Set.of("studio.example", "studio_host"),
                Set.of("https://app.example"),
                readTimeout,
                shutdownGrace,
                "between-gateway-and-sink",
                defaults.limits(),
                MediaUrls.defaults(),
                RequestRates.defaults(),
                unknownFields,
                GatewayTls.defaults(),
                "e2",
                "between-gateway-and-processor",
                false);
    }

    Gateway start(boolean keys) {
        return start(keys, jobs);
    }

    Gateway start(boolean keys, JobLog jobs) {
        return start(config(sink, keys), jobs);
    }

    Gateway start(GatewayConfig config, JobLog jobs) {
        return Gateway.start(
                config,
                List.of(
                        EndpointConfig.defaults(
                                new EndpointId("interpolate"), EndpointKind.INTERPOLATE),
                        EndpointConfig.defaults(new EndpointId("restore"), EndpointKind.RESTORE)),
                media,
                jobs,
                events,
                Clock.systemUTC());
    }

    RawClient connect() {
        try {
            return new RawClient(gateway.port());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void restartWithoutKeys() throws IOException {
        restart(config(sink, false));
    }

    void restart(GatewayConfig config) throws IOException {
        client.close();
        gateway.close();
        gateway = start(config, jobs);
        client = connect();
    }

    Reply run(String body) throws IOException {
        return client.send("POST", RUN, body, AUTHORIZED);
    }

    static String withImages(int bytes) {
        byte[] image = new byte[bytes];
        new Random(7).nextBytes(image);
        String base64 = Base64.getEncoder().encodeToString(image);
        return "{\"input\":{\"start_image_base64\":\"%s\",\"end_image_base64\":\"%s\"}}"
                .formatted(base64, base64);
    }

    static void eventually(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
    }
}
