package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the shards of a lane from time to time, and chooses the one that a worker serves. A lane
 * with one shard is checked seldom. Used by one lane's thread.
 */
final class ShardWatch implements LanePlace {
    private static final Logger LOG = LoggerFactory.getLogger(ShardWatch.class);

    /** Factor of the interval if there is nothing to choose from. */
    private static final int SELDOM = 4;

    private final EndpointId endpoint;
    private final Lane lane;
    private final LaneShards shards;
    private final ShardChoice choice;
    private final int configured;
    private final Duration every;
    private final RandomGenerator random;
    private String topic;
    private boolean chosen;
    private long lookAt;

    /**
     * @param configured number of shards that jobs are dealt to
     * @param every approximate interval of the checks
     */
    ShardWatch(
            EndpointId endpoint,
            Lane lane,
            LaneShards shards,
            int configured,
            Duration every,
            RandomGenerator random) {
        this.endpoint = endpoint;
        this.lane = lane;
        this.shards = shards;
        this.choice = new ShardChoice(configured, random);
        this.configured = configured;
        this.every = every;
        this.random = random;
        this.topic = Topics.jobs(endpoint, lane, random.nextInt(configured));
        this.chosen = configured == 1;
        lookLater(1);
    }

    @Override
    public String topic() {
        if (!chosen) {
            look().filter(found -> !found.isEmpty())
                    .ifPresent(found -> topic = choice.first(found));
            chosen = true;
        }
        return topic;
    }

    @Override
    public boolean leave() {
        if (System.nanoTime() < lookAt) {
            return false;
        }
        Optional<String> better =
                look().filter(found -> found.size() > 1)
                        .flatMap(found -> choice.better(topic, found));
        better.ifPresent(found -> {
            LOG.atInfo()
                    .addKeyValue("from", topic)
                    .addKeyValue("to", found)
                    .log("worker moves to another shard of its lane");
            topic = found;
        });
        return better.isPresent();
    }

    @Override
    public boolean leaveFull() {
        choice.refused(topic);
        Optional<List<LaneShard>> found = look();
        boolean another = found.filter(choice::hasRoom).isPresent();
        found.filter(all -> !all.isEmpty()).ifPresent(all -> topic = choice.first(all));
        return another;
    }

    @Override
    public void joined() {
        choice.joined();
    }

    private Optional<List<LaneShard>> look() {
        lookLater(1);
        try {
            List<LaneShard> found = shards.of(endpoint, lane);
            if (found.size() == 1 && configured == 1) {
                lookLater(SELDOM);
            }
            return Optional.of(found);
        } catch (TransportUnavailable e) {
            LOG.atDebug().setCause(e).log("cannot read the shards of a lane; will retry");
            return Optional.empty();
        }
    }

    private void lookLater(int times) {
        long nanos = every.multipliedBy(times).toNanos();
        lookAt = System.nanoTime() + nanos + random.nextLong(nanos);
    }
}
