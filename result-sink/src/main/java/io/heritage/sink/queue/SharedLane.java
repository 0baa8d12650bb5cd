package io.heritage.sink.queue;

import io.heritage.transport.kafka.Topics;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntSupplier;

/**
 * A lane that owners share: owners that wait for a turn, and jobs that had their turn and take
 * room. Guarded by the lock of {@link Turns}.
 */
final class SharedLane {
    private final String topic;
    private final Map<String, WaitingOwner> owners = new HashMap<>();

    /**
     * Jobs that got their turn and were not read from the lane yet, by the place where they wait.
     */
    private final Map<QueuePlace, Turns.Seat> out = new HashMap<>();

    /** Jobs that had their turn and wait in the lane. */
    private final Map<QueuePlace, Turns.Seat> arrived = new HashMap<>();

    /** Virtual time: the start of the latest turn. */
    private double now;

    SharedLane(String topic) {
        this.topic = topic;
    }

    String topic() {
        return topic;
    }

    WaitingOwner owner(String name) {
        return owners.computeIfAbsent(name, _ -> new WaitingOwner());
    }

    boolean isOut(QueuePlace place) {
        return out.containsKey(place);
    }

    void arrived(QueuePlace place, Turns.Seat seat) {
        arrived.put(place, seat);
    }

    void left(QueuePlace place) {
        out.remove(place);
        arrived.remove(place);
    }

    /** A partition is closed. */
    void ended(Turns.Seat ended) {
        out.values().removeIf(seat -> seat == ended);
        arrived.values().removeIf(seat -> seat == ended);
        owners.values().forEach(owner -> owner.waitsNoMore(ended));
    }

    /** Jobs that had their turn and take room. */
    int taken() {
        return out.size() + arrived.size();
    }

    /**
     * Estimated number of jobs that begin before one that waits for its turn.
     *
     * @param inLane jobs that wait in the lane
     * @return empty if nothing is known of the owner
     */
    OptionalDouble ahead(long offset, String owner, int inLane) {
        WaitingOwner own = owners.get(owner);
        if (own == null) {
            return OptionalDouble.empty();
        }
        long before = own.before(offset);
        double rounds = before / (double) own.weight();
        double ahead = before + out.size() + inLane;
        for (WaitingOwner other : owners.values()) {
            if (other != own) {
                ahead += Math.min((double) other.waiting(), rounds * other.weight());
            }
        }
        return OptionalDouble.of(ahead);
    }

    /**
     * Gives turns as long as there is room.
     *
     * @param room for so many; asked only if somebody waits
     */
    void fill(IntSupplier room) {
        String waitingTopic = Topics.waiting(topic);
        int free = -1;
        while (free != 0) {
            Optional<WaitingOwner> next = next(waitingTopic);
            if (next.isEmpty()) {
                return;
            }
            if (free < 0) { // only now is it worth counting
                free = Math.max(0, room.getAsInt());
            }
            if (free > 0) {
                giveTo(next.get(), waitingTopic);
                free--;
            }
        }
    }

    private void giveTo(WaitingOwner owner, String waitingTopic) {
        Turns.Seat seat = owner.first(waitingTopic).orElseThrow();
        var place = new QueuePlace(waitingTopic, owner.removeFirst(seat));
        now = owner.beginsAt(now);
        owner.served(now);
        out.put(place, seat);
        seat.give(place);
    }

    /** The owner with the earliest virtual start; of several, the one whose job came first. */
    private Optional<WaitingOwner> next(String waitingTopic) {
        return owners.values().stream()
                .filter(owner -> owner.first(waitingTopic).isPresent())
                .min(
                        Comparator.<WaitingOwner>comparingDouble(owner -> owner.beginsAt(now))
                                .thenComparingLong(WaitingOwner::firstOffset));
    }
}
