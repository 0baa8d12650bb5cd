package io.heritage.gateway;

import io.heritage.gateway.limit.GatewayLimits;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.KafkaConfig;
import java.io.OutputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A gateway in a process of its own: {@code SmallGateway KAFKA SINK}; ends with its input. */
final class SmallGateway {
    private SmallGateway() {}

    public static void main(String[] args) throws Exception {
        try (var transport = KafkaTransport.open(kafka(args[0]));
                var gateway =
                        Gateway.start(
                                patient(URI.create(args[1])),
                                List.of(
                                        EndpointConfig.defaults(
                                                new EndpointId("interpolate"),
                                                EndpointKind.INTERPOLATE)),
                                transport.media(),
                                transport.jobs(),
                                transport.events(),
                                Clock.systemUTC())) {
            System.out.println(gateway.port());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** Cuts off nobody for being slow: unfinished bodies stay until their clients go. */
    static GatewayConfig patient(URI sink) {
        var d = GatewayConfig.defaults();
        var limits = GatewayLimits.defaults();
        return new GatewayConfig(
                d.host(),
                0,
                d.basePath(),
                sink,
                d.maxRunBytes(),
                d.maxRunSyncBytes(),
                d.maxJsonBytes(),
                d.maxMediaBytes(),
                d.keys(),
                d.allowedHosts(),
                d.corsOrigins(),
                Duration.ofMinutes(10),
                d.shutdownGrace(),
                d.sinkSecret(),
                new GatewayLimits(
                        limits.connections(),
                        limits.bodyMemoryBytes(),
                        limits.uploads(),
                        limits.uploadPatience(),
                        0,
                        limits.bodyGrace()),
                d.mediaUrls(),
                d.rates(),
                d.unknownFields(),
                d.tls(),
                d.jobIdSuffix(),
                d.uploadSecret(),
                d.http2());
    }

    static KafkaConfig kafka(String bootstrapServers) {
        var d = KafkaConfig.defaults();
        return new KafkaConfig(
                bootstrapServers,
                Map.of(),
                8,
                2,
                1,
                d.mediaRetention(),
                d.mediaRetentionBytes(),
                d.uploadTimeout(),
                d.concurrentUploads(),
                8 << 20);
    }
}
