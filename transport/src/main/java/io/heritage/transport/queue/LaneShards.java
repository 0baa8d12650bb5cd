package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import java.util.List;

/** Asks for the shards of a lane. Any thread. */
interface LaneShards {

    /**
     * Those that exist, the first one first.
     *
     * @throws io.heritage.transport.kafka.TransportUnavailable if Kafka does not answer in time
     */
    List<LaneShard> of(EndpointId endpoint, Lane lane);
}
