package io.heritage.sink.queue;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.Topics;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns of the owners that share a lane, over all partitions of this process. Jobs wait in a
 * separate topic and are written into the lane one after the other, as long as it has room, by
 * start-time fair queueing: an owner of weight 3 gets three turns for one of an owner of weight 1,
 * and jobs of one owner stay in order. Jobs that gateways write into the lane directly take no
 * room, or waiting owners might never get a turn; there is at most one for each owner.
 *
 * <p>Turns are not stored. A job waits at its place until its record is read from the lane, so
 * after a crash it gets another turn, which its worker notices. Any thread.
 */
public final class Turns {
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
    public Seat begin(WaitingPlaces places) {
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

    /** Gives turns where room has become free, because workers may have joined. */
    public void look() {
        lock.lock();
        try {
            lanes.values().forEach(this::fill);
        } finally {
            lock.unlock();
        }
    }

    /** Number of jobs of this process that wait for their turn. */
    public int waiting(String waitingTopic) {
        lock.lock();
        try {
            return seats.stream().mapToInt(seat -> seat.places.total(waitingTopic)).sum();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Estimated number of jobs that begin before one that waits for its turn: those in the lane,
     * and of each owner as many as the weights allow. Assumes that other sinks have similar jobs.
     *
     * @return empty if nothing is known of the owner
     */
    public OptionalInt ahead(QueuePlace place, String owner) {
        lock.lock();
        try {
            SharedLane lane = lanes.get(Topics.lane(place.topic()));
            if (lane == null || seats.isEmpty()) {
                return OptionalInt.empty();
            }
            OptionalDouble ahead = lane.ahead(place.offset(), owner, inLane(lane.topic()));
            return ahead.isEmpty()
                    ? OptionalInt.empty()
                    : OptionalInt.of(
                            (int) Math.min(Integer.MAX_VALUE, ahead.getAsDouble() / share()));
        } finally {
            lock.unlock();
        }
    }

    /** A partition, from when it is opened until it is closed. Its own thread writes. */
    public final class Seat {
        private final WaitingPlaces places;
        private final Deque<QueuePlace> given = new ArrayDeque<>();
        private volatile boolean mayTake;

        /** End offsets of lanes when the partition was opened, by topic. */
        private final Map<String, Long> filled = new HashMap<>();

        private Seat(WaitingPlaces places) {
            this.places = places;
        }

        /**
         * A job waited when the partition was opened: for its turn, or in its lane, where it takes
         * room whoever has put it there.
         */
        public void found(QueuePlace place, String owner) {
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
        public void arrives(QueuePlace place) {
            lock.lock();
            try {
                lane(place.topic()).arrived(place, this);
            } finally {
                lock.unlock();
            }
        }

        /** A job waits for its turn, as it may have done before. */
        public void waits(QueuePlace place, String owner) {
            lock.lock();
            try {
                SharedLane lane = lane(place.topic());
                if (!lane.isOut(place)) {
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
        public void weighs(QueuePlace place, String owner, @Nullable Integer weight) {
            lock.lock();
            try {
                lane(place.topic()).owner(owner).weighs(weight == null ? 1 : Math.max(1, weight));
            } finally {
                lock.unlock();
            }
        }

        /** No job waits at the place any more: it is in its lane, has begun, or has ended. */
        public void left(QueuePlace place) {
            lock.lock();
            try {
                SharedLane lane = lanes.isEmpty() ? null : lanes.get(Topics.lane(place.topic()));
                if (lane != null) {
                    lane.left(place);
                    fill(lane);
                }
            } finally {
                lock.unlock();
            }
        }

        /** Places of jobs that must be written into their lanes now, each returned once. */
        public List<QueuePlace> take() {
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

        public void end() {
            lock.lock();
            try {
                seats.remove(this);
                lanes.values().forEach(lane -> lane.ended(this));
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

        boolean waitsAt(QueuePlace place) {
            return places.waitsAt(place);
        }

        void give(QueuePlace place) {
            given.add(place);
            mayTake = true;
        }
    }

    // Under the lock.

    private SharedLane lane(String topic) {
        return lanes.computeIfAbsent(Topics.lane(topic), SharedLane::new);
    }

    private void fill(SharedLane lane) {
        lane.fill(() -> most(lane) - taken(lane));
    }

    private int most(SharedLane lane) {
        int all = room.applyAsInt(Topics.endpoint(lane.topic()));
        return (int) Math.max(1, Math.ceil(all * share()));
    }

    /** Share of all partitions that this sink has. */
    private double share() {
        return (double) seats.size() / partitions;
    }

    private int taken(SharedLane lane) {
        return lane.taken() + seats.stream().mapToInt(seat -> seat.leftOver(lane.topic())).sum();
    }

    private int inLane(String laneTopic) {
        return seats.stream().mapToInt(seat -> seat.places.inLane(laneTopic)).sum();
    }
}
