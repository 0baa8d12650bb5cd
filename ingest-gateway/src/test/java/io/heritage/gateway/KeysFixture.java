package io.heritage.gateway;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.RequestRates;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A gateway with keys that may do less than all. */
abstract class KeysFixture {
    static final String EMPTY_INPUT = "{\"input\":{}}";
    static final String RUN = "/v2/interpolate/run";

    final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    final FakeSink sink = new FakeSink();
    Gateway gateway = start(RequestRates.defaults());

    static ApiKey key(
            String name,
            String owner,
            Set<String> endpoints,
            Set<String> operations,
            @Nullable Integer most) {
        return new ApiKey(
                name,
                ApiKey.ofPlain(name, "hk-" + name).sha256(),
                owner,
                endpoints,
                operations,
                most);
    }

    Gateway start(RequestRates rates) {
        var d = GatewayFixture.config(sink, true);
        return Gateway.start(
                new GatewayConfig(
                        d.host(),
                        0,
                        d.basePath(),
                        d.sink(),
                        d.maxRunBytes(),
                        d.maxRunSyncBytes(),
                        d.maxJsonBytes(),
                        d.maxMediaBytes(),
                        List.of(
                                key("laptop", "alice", Set.of(), Set.of(), null),
                                key("server", "alice", Set.of(), Set.of(), null),
                                key("reader", "alice", Set.of(), Set.of("status", "health"), null),
                                key("restorer", "bob", Set.of("restore"), Set.of(), null),
                                key("operator", "root", Set.of("restore"), Set.of("*"), null),
                                key("slow", "carol", Set.of(), Set.of(), 3)),
                        Set.of(),
                        Set.of(),
                        d.readTimeout(),
                        Duration.ZERO,
                        d.sinkSecret(),
                        d.limits(),
                        d.mediaUrls(),
                        rates,
                        d.unknownFields(),
                        d.tls(),
                        d.jobIdSuffix(),
                        d.uploadSecret(),
                        false),
                List.of(
                        EndpointConfig.defaults(
                                new EndpointId("interpolate"), EndpointKind.INTERPOLATE),
                        EndpointConfig.defaults(new EndpointId("restore"), EndpointKind.RESTORE)),
                transport.media(),
                transport.jobs(),
                transport.events(),
                Clock.systemUTC());
    }

    Reply send(String key, String method, String path, String body) throws IOException {
        try (var client = new RawClient(gateway.port())) {
            return client.send(method, path, body, "Authorization: Bearer hk-" + key);
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
        sink.close();
    }

    Reply raw(String method, String path, String... headers) throws IOException {
        try (var client = new RawClient(gateway.port())) {
            return client.send(method, path, "", headers);
        }
    }
}
