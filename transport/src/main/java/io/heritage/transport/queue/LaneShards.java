package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import java.util.List;

/** Reads the shards of a lane. Any thread. */
interface LaneShards {

    /**
     * Existing shards in order.
     *
     * @throws io.heritage.transport.kafka.TransportUnavailable if Kafka does not answer in time
     */
    List<LaneShard> of(EndpointId endpoint, Lane lane);
}
