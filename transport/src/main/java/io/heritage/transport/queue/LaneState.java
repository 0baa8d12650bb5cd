package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a worker knows of one of its lanes: a jobs topic and how it stands with it. All but topic,
 * rank, model and member are guarded by the schedule's lock.
 */
final class LaneState {
    final EndpointId endpoint;

    /** Topic of the shard that is served. */
    volatile String topic;

    /** 0 is served first. */
    final int rank;

    /** Id of the model that its jobs need; null if that is not known. */
    final @Nullable String model;

    /** Whether its consumer has asked to be a member of the group since it was opened. */
    volatile boolean member;

    /** Whether its consumer is to fetch a job. */
    boolean asked;

    /** When it was asked, {@link System#nanoTime}. */
    long askedAt;

    /** What its consumer has got for the worker, in the order of the queue. */
    final List<HeldJob> offers = new ArrayList<>();

    /** When the worker last took a job of it, {@link System#nanoTime}. */
    long servedAt = Long.MIN_VALUE;

    /** Whether its consumer is a member of the group, as far as is known. */
    boolean joined = true;

    /** Whether no further job of it is to be fetched; written under the lock, read anywhere. */
    volatile boolean suspended;

    LaneState(EndpointId endpoint, String topic, int rank) {
        this(endpoint, topic, rank, null);
    }

    LaneState(EndpointId endpoint, String topic, int rank, @Nullable String model) {
        this.endpoint = endpoint;
        this.topic = topic;
        this.rank = rank;
        this.model = model;
    }

    boolean hasOfferThatWaited(long now) {
        return offers.stream().anyMatch(held -> held.hasWaited(now));
    }

    Optional<HeldJob> confirmedOffer() {
        return offers.stream().filter(held -> held.isOffered() && held.isConfirmed()).findFirst();
    }

    /** Whether it fetches, or is about to. */
    boolean hasNothing() {
        return offers.stream().allMatch(HeldJob::isOver);
    }
}
