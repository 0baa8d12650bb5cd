package io.heritage.transport.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

/** Reads the demand of lanes of models. Any thread. */
interface ModelDemands {

    /**
     * @param loadTime of a model
     * @throws io.heritage.transport.kafka.TransportUnavailable if Kafka does not answer in time
     */
    Map<LaneState, ModelDemand> of(
            Collection<LaneState> lanes, Function<String, Duration> loadTime);
}
