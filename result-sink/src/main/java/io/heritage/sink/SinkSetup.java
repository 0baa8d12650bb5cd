package io.heritage.sink;

import io.heritage.observe.Meters;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.http.AnswerPatience;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.KafkaConfig;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Start parameters of a sink.
 *
 * @param endpoints whose jobs are folded
 * @param transport stays open when the sink is closed
 */
record SinkSetup(
        SinkConfig config,
        KafkaConfig kafka,
        Map<EndpointId, EndpointConfig> endpoints,
        KafkaTransport transport,
        Meters meters,
        Traces traces,
        Clock clock,
        AnswerPatience patience) {

    SinkSetup(
            SinkConfig config,
            KafkaConfig kafka,
            List<EndpointConfig> endpoints,
            KafkaTransport transport,
            Meters meters,
            Traces traces,
            Clock clock,
            AnswerPatience patience) {
        this(
                config,
                kafka,
                endpoints.stream()
                        .collect(Collectors.toMap(EndpointConfig::id, Function.identity())),
                transport,
                meters,
                traces,
                clock,
                patience);
    }
}
