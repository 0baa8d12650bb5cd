package io.heritage.gateway;

import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.KafkaConfig;
import java.io.OutputStream;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A gateway in a process of its own: {@code SmallGateway KAFKA SINK}; ends with its input. */
final class SmallGateway {
    private SmallGateway() {}

    public static void main(String[] args) throws Exception {
        try (var transport = KafkaTransport.open(kafka(args[0]));
                var gateway =
                        Gateway.start(
                                GatewayConfig.defaults().withPort(0).withSink(URI.create(args[1])),
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
