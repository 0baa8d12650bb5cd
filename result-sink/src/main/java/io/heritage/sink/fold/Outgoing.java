package io.heritage.sink.fold;

import io.heritage.schemas.Command;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.queue.ShardDeal;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A message of the sink itself about a job. It leaves through the topology rather than through the
 * ports, so that the fold never waits for an acknowledgement and Streams commits nothing that was
 * not sent.
 *
 * @param message a {@link Job}, {@link JobEvent} or {@link Command}
 */
public record Outgoing(String topic, Object message) {

    static Outgoing event(JobEvent event) {
        return new Outgoing(Topics.EVENTS, event);
    }

    static Outgoing command(Command command) {
        return new Outgoing(Topics.COMMANDS, command);
    }

    /**
     * @param laneShards of which the id chooses one
     */
    static Outgoing again(Job job, int laneShards) {
        return new Outgoing(Topics.jobs(job, ShardDeal.byId(job, laneShards)), job);
    }

    /**
     * @param shard of its lane
     */
    static Outgoing turn(Job job, int shard) {
        return new Outgoing(Topics.jobs(job, shard), job);
    }

    /** Until it is its owner's turn. */
    static Outgoing waiting(Job job) {
        return new Outgoing(Topics.waiting(job), job);
    }

    /**
     * The topic of the message. A job that is put into its lane and names a model goes to the
     * model's lane.
     *
     * @param modelLanes endpoints whose models have lanes
     */
    String topic(Set<EndpointId> modelLanes) {
        if (!(message instanceof Job job) || Topics.isWaiting(topic)) {
            return topic;
        }
        OptionalInt model = ShardDeal.ofModel(job, modelLanes);
        return model.isPresent() ? Topics.jobs(job, model.getAsInt()) : topic;
    }

    static Serde<Outgoing> serde() {
        return Serdes.serdeFrom(
                (_, outgoing) -> Wire.encode(outgoing.message()),
                (topic, _) -> {
                    throw new IllegalStateException(topic + " is only written");
                });
    }
}
