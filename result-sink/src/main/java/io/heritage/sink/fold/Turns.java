package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.Topics;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is among the owners that share a lane, over all partitions of this process. Jobs
 * wait in a topic of their own and are written into the lane one after the other, as long as it has
 * room, by start-time fair queueing: an owner of weight 3 has three turns while one of weight 1 has
 * one, and of an owner the first job comes first. Jobs that gateways have put into the lane at once
 * take no room, or who waits might never have a turn: there is one of an owner at most.
 *
 * <p>Nothing of it is stored. A job waits at its place until its turn is read from its lane, so
 * after a crash it has its turn once more, which its worker notices. Any thread.
 */
public final class Turns {
    private static final int FEWEST = 16;

    private final ToIntFunction<EndpointId> room;
    private final int partitions;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Seat> seats = new HashSet<>();
    private final Map<String, SharedLane> lanes = new HashMap<>();

    /**
     * @param room jobs that may wait in a lane of an endpoint, those of all sinks together
     * @param partitions of the fold
     */
    public Turns(ToIntFunction<EndpointId> room, int partitions) {
        this.room = room;
        this.partitions = partitions;
    }

    /**
     * @param places of a partition's jobs, which may be filled later
     */
    Seat begin(WaitingPlaces places) {
        var seat = new Seat(places);
        places.listen(seat::left);
        lock.lock();
        try {
            seats.add(seat);
        } finally {
            lock.unlock();
        }
        return seat;
    }

    /** Where there is room by now, for workers may have come. */
    void look() {
        lock.lock();
        try {
            lanes.values().forEach(this::fill);
        } finally {
            lock.unlock();
        }
    }

    /** Jobs of this process that wait for their turn. */
    public int waiting(String waitingTopic) {
        lock.lock();
        try {
            return seats.stream().mapToInt(seat -> seat.places.total(waitingTopic)).sum();
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many jobs begin before one that waits for its turn, roughly: those in the lane, and of
     * each owner as many as their weights let. Jobs of other sinks are taken to be like those here.
     *
     * @return empty if nothing is known of the owner
     */
    public OptionalInt ahead(QueuePlace place, String owner) {
        lock.lock();
        try {
            SharedLane lane = lanes.get(Topics.lane(place.topic()));
            Owner own = lane == null ? null : lane.owners.get(owner);
            if (lane == null || own == null || seats.isEmpty()) {
                return OptionalInt.empty();
            }
            long before = own.before(place.offset());
            double rounds = before / (double) own.weight;
            double ahead = before + lane.out.size() + inLane(lane.topic);
            for (Owner other : lane.owners.values()) {
                if (other != own) {
                    ahead += Math.min((double) other.waiting(), rounds * other.weight);
                }
            }
            return OptionalInt.of((int) Math.min(Integer.MAX_VALUE, ahead / share()));
        } finally {
            lock.unlock();
        }
    }

    /** A partition, from when it is opened until it is closed. Its own thread writes. */
    final class Seat {
        private final WaitingPlaces places;
        private final Deque<QueuePlace> given = new ArrayDeque<>();
        private volatile boolean mayTake;

        /** Up to where lanes were filled when the partition was opened, by topic. */
        private final Map<String, Long> filled = new HashMap<>();

        private Seat(WaitingPlaces places) {
            this.places = places;
        }

        /**
         * A job waited when the partition was opened: for its turn, or in its lane, where it takes
         * room whoever has put it there.
         */
        void found(QueuePlace place, String owner) {
            if (Topics.isWaiting(place.topic())) {
                waits(place, owner);
                return;
            }
            lock.lock();
            try {
                filled.merge(place.topic(), place.offset() + 1, Math::max);
            } finally {
                lock.unlock();
            }
        }

        /** A job that had its turn was read from its lane, where it is about to wait. */
        void arrives(QueuePlace place) {
            lock.lock();
            try {
                lanes.computeIfAbsent(Topics.lane(place.topic()), SharedLane::new)
                        .arrived
                        .put(place, this);
            } finally {
                lock.unlock();
            }
        }

        /** A job waits for its turn, as it may have done before. */
        void waits(QueuePlace place, String owner) {
            lock.lock();
            try {
                String topic = Topics.lane(place.topic());
                SharedLane lane = lanes.computeIfAbsent(topic, SharedLane::new);
                if (!lane.out.containsKey(place)) {
                    lane.owner(owner).waits(this, place.offset());
                    fill(lane);
                }
            } finally {
                lock.unlock();
            }
        }

        /**
         * @param weight null for 1
         */
        void weighs(QueuePlace place, String owner, @Nullable Integer weight) {
            lock.lock();
            try {
                lanes.computeIfAbsent(Topics.lane(place.topic()), SharedLane::new)
                                .owner(owner)
                                .weight =
                        weight == null ? 1 : Math.max(1, weight);
            } finally {
                lock.unlock();
            }
        }

        /** Nobody waits at a place any more: it is in its lane, has begun, or is over. */
        void left(QueuePlace place) {
            lock.lock();
            try {
                SharedLane lane = lanes.isEmpty() ? null : lanes.get(Topics.lane(place.topic()));
                if (lane != null) {
                    lane.out.remove(place);
                    lane.arrived.remove(place);
                    fill(lane);
                }
            } finally {
                lock.unlock();
            }
        }

        /** Places of jobs that are to be written into their lanes now, each told once. */
        List<QueuePlace> take() {
            if (!mayTake) {
                return List.of();
            }
            lock.lock();
            try {
                var taken = List.copyOf(given);
                given.clear();
                mayTake = false;
                return taken;
            } finally {
                lock.unlock();
            }
        }

        void end() {
            lock.lock();
            try {
                seats.remove(this);
                for (SharedLane lane : lanes.values()) {
                    lane.out.values().removeIf(seat -> seat == this);
                    lane.arrived.values().removeIf(seat -> seat == this);
                    lane.owners.values().forEach(owner -> owner.places.remove(this));
                }
                lanes.values().forEach(Turns.this::fill);
            } finally {
                lock.unlock();
            }
        }

        /** Jobs that have waited in a lane since the partition was opened. */
        private int leftOver(String laneTopic) {
            filled.entrySet().removeIf(lane -> leftOver(lane) == 0);
            return filled.entrySet().stream()
                    .filter(lane -> Topics.lane(lane.getKey()).equals(laneTopic))
                    .mapToInt(this::leftOver)
                    .sum();
        }

        private int leftOver(Map.Entry<String, Long> lane) {
            return places.before(new QueuePlace(lane.getKey(), lane.getValue()));
        }

        private void give(QueuePlace place) {
            given.add(place);
            mayTake = true;
        }
    }

    // Under the lock.

    private static final class SharedLane {
        final String topic;
        final Map<String, Owner> owners = new HashMap<>();

        /** Whose turn it is, and who were not seen in the lane yet: where they wait. */
        final Map<QueuePlace, Seat> out = new HashMap<>();

        /** Who had their turn and wait in the lane. */
        final Map<QueuePlace, Seat> arrived = new HashMap<>();

        /** Time in turns: when the latest one began. */
        double now;

        SharedLane(String topic) {
            this.topic = topic;
        }

        Owner owner(String name) {
            return owners.computeIfAbsent(name, _ -> new Owner());
        }
    }

    private static final class Owner {
        final Map<Seat, Offsets> places = new HashMap<>();
        int weight = 1;

        /** When its latest turn ended, in turns of all. */
        double served;

        void waits(Seat seat, long offset) {
            places.computeIfAbsent(seat, _ -> new Offsets()).add(offset);
        }

        /** The partition with its first job; those that do not wait any more are dropped. */
        Optional<Seat> first(String waitingTopic) {
            places.forEach((seat, offsets) -> {
                while (!offsets.isEmpty()
                        && !seat.places.waitsAt(new QueuePlace(waitingTopic, offsets.first()))) {
                    offsets.removeFirst();
                }
            });
            places.values().removeIf(Offsets::isEmpty);
            return places.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue().first()))
                    .map(Map.Entry::getKey);
        }

        long before(long offset) {
            return places.values().stream().mapToLong(all -> all.before(offset)).sum();
        }

        long waiting() {
            return before(Long.MAX_VALUE);
        }
    }

    private void fill(SharedLane lane) {
        String waitingTopic = Topics.waiting(lane.topic);
        int free = -1;
        while (free != 0) {
            Optional<Owner> next = next(lane, waitingTopic);
            if (next.isEmpty()) {
                return;
            }
            if (free < 0) { // only now is it worth counting
                free = Math.max(0, most(lane) - taken(lane));
            }
            if (free > 0) {
                giveTo(next.get(), lane, waitingTopic);
                free--;
            }
        }
    }

    private void giveTo(Owner owner, SharedLane lane, String waitingTopic) {
        Seat seat = owner.first(waitingTopic).orElseThrow();
        long offset = Objects.requireNonNull(owner.places.get(seat)).removeFirst();
        var place = new QueuePlace(waitingTopic, offset);
        lane.now = Math.max(lane.now, owner.served);
        owner.served = lane.now + 1.0 / owner.weight;
        lane.out.put(place, seat);
        seat.give(place);
    }

    /** Who begins first by what it was served; of several, whose job came first. */
    private static Optional<Owner> next(SharedLane lane, String waitingTopic) {
        return lane.owners.values().stream()
                .filter(owner -> owner.first(waitingTopic).isPresent())
                .min(
                        Comparator.<Owner>comparingDouble(owner -> Math.max(lane.now, owner.served))
                                .thenComparingLong(Turns::firstOffset));
    }

    private static long firstOffset(Owner owner) {
        return owner.places.values().stream().mapToLong(Offsets::first).min().orElseThrow();
    }

    private int most(SharedLane lane) {
        int all = room.applyAsInt(Topics.endpoint(lane.topic));
        return (int) Math.max(1, Math.ceil(all * share()));
    }

    /** How much of the jobs of all sinks is here. */
    private double share() {
        return (double) seats.size() / partitions;
    }

    private int taken(SharedLane lane) {
        return lane.out.size()
                + lane.arrived.size()
                + seats.stream().mapToInt(seat -> seat.leftOver(lane.topic)).sum();
    }

    private int inLane(String laneTopic) {
        return seats.stream().mapToInt(seat -> seat.places.inLane(laneTopic)).sum();
    }

    /** Offsets in order: nearly all are added at the end and removed at the beginning. */
    private static final class Offsets {
        private long[] offsets = new long[FEWEST];
        private int begin;
        private int end;

        boolean isEmpty() {
            return begin == end;
        }

        long first() {
            return offsets[begin];
        }

        long removeFirst() {
            return offsets[begin++];
        }

        int before(long offset) {
            int at = Arrays.binarySearch(offsets, begin, end, offset);
            return (at < 0 ? -at - 1 : at) - begin;
        }

        /** No effect if it is there. */
        void add(long offset) {
            int at = begin + before(offset);
            if (at < end && offsets[at] == offset) {
                return;
            }
            int moved = begin;
            if (end == offsets.length) {
                int size = end - begin;
                var larger = new long[Math.max(FEWEST, 2 * size)];
                System.arraycopy(offsets, begin, larger, 0, size);
                offsets = larger;
                begin = 0;
                end = size;
            }
            at -= moved - begin;
            System.arraycopy(offsets, at, offsets, at + 1, end - at);
            offsets[at] = offset;
            end++;
        }
    }
}
