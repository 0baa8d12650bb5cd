package io.heritage.transport.queue;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the lane whose job the worker gets next, and the lanes that are asked for one. It never
 * waits, but tells {@link LaneSchedule} how long to. Guarded by the schedule's lock.
 */
final class LaneChoice {
    private final List<LaneState> lanes;
    private final ModelLanes models;
    private final LaneTurns turns;
    private final AnswerTime answers;
    private final Runnable whenAsked;
    private @Nullable HeldJob current;
    private long lookAgainIn = Long.MAX_VALUE;

    /**
     * @param whenAsked called, under the schedule's lock, each time a lane is asked for a job
     */
    LaneChoice(
            List<LaneState> lanes, ModelLanes models, QueueSettings settings, Runnable whenAsked) {
        this.lanes = List.copyOf(lanes);
        this.models = models;
        this.turns = new LaneTurns(settings.turn(), models);
        this.answers = new AnswerTime(settings.leastAnswer());
        this.whenAsked = whenAsked;
    }

    /**
     * The worker wants its next job; the lane that gave it the last one fetches again.
     *
     * @throws IllegalStateException if the worker still has the job it took before
     */
    void begin() {
        if (current != null && current.isWithWorker()) {
            throw new IllegalStateException(
                    "the job taken before is neither finished nor given back");
        }
        LaneState served = turns.served();
        if (current != null && served != null) {
            served.askedAt = System.nanoTime(); // when its job has ended, it fetches the next
            current = null;
        }
    }

    /** The best lane's job; a lane is skipped once it has had the time to answer. */
    Optional<HeldJob> next() {
        lookAgainIn = Long.MAX_VALUE;
        for (LaneState lane : turns.bestFirst(lanes)) {
            Optional<HeldJob> offer = lane.confirmedOffer();
            if (offer.isPresent()) {
                return Optional.of(claim(lane, offer.get()));
            }
            if (isNotServed(lane)) {
                continue;
            }
            if (!lane.asked) {
                lane.asked = true;
                lane.askedAt = System.nanoTime();
                whenAsked.run();
            }
            long answerIn =
                    lane.askedAt + models.toAnswer(lane, answers.nanos()) - System.nanoTime();
            if (lane.hasNothing() && answerIn > 0) {
                lookAgainIn = answerIn;
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /**
     * Time until {@link #next} must be called again if nothing changes.
     *
     * @return nanoseconds; {@link Long#MAX_VALUE} if only a change can bring a job
     */
    long lookAgainIn() {
        return lookAgainIn;
    }

    /** Whether the lane must not fetch jobs. */
    boolean isNotServed(LaneState lane) {
        return lane.suspended || models.standing(lane) == LaneStanding.AWAY;
    }

    /** Whether the worker must leave the lane's group, which would count it as a member. */
    boolean isLeft(LaneState lane) {
        return lane.model != null && isNotServed(lane);
    }

    /** Records how long Kafka took to answer. */
    void tookRoundTrip(long nanos) {
        answers.tookRoundTrip(nanos);
    }

    private HeldJob claim(LaneState lane, HeldJob offer) {
        turns.took(lane);
        models.took(lane);
        current = offer;
        offer.moveTo(HeldJob.Phase.CLAIMED);
        return offer;
    }
}
