package io.heritage.sink.http;

import io.heritage.schemas.EndpointId;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.QueueSample;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Places of other sinks' jobs in their queues. Each sink is asked at most once a second, however
 * many jobs need it, and only the thread that asks a sink waits for its answer. Any thread.
 */
final class PeerQueues {
    private static final Duration ASKED_AGAIN_AFTER = Duration.ofSeconds(1);

    /** Answers that are older than this are ignored. */
    private static final Duration TRUSTED = Duration.ofSeconds(10);

    /** Asks one sink. */
    @FunctionalInterface
    interface Asking {
        List<QueueSample> ask(HostInfo peer, EndpointId endpoint, String topic)
                throws IOException, InterruptedException;
    }

    private final Asking asking;
    private final LongSupplier nanoTime;
    private final ConcurrentMap<Asked, Known> known = new ConcurrentHashMap<>();

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    PeerQueues(Asking asking, LongSupplier nanoTime) {
        this.asking = asking;
        this.nanoTime = nanoTime;
    }

    private record Asked(HostInfo peer, String topic) {}

    /** Latest answer of one sink about one queue. */
    private static final class Known {
        private final ReentrantLock turn = new ReentrantLock();
        private volatile KnownQueue latest = new KnownQueue(0, false, List.of());
    }

    /**
     * @param told false if it did not answer
     */
    private record KnownQueue(long at, boolean told, List<QueueSample> samples) {}

    /** Jobs of another sink that wait before a place; empty if that is not known. */
    OptionalInt before(HostInfo peer, EndpointId endpoint, QueuePlace place)
            throws InterruptedException {
        Known of = known.computeIfAbsent(new Asked(peer, place.topic()), _ -> new Known());
        if (isOlder(of.latest, ASKED_AGAIN_AFTER) && of.turn.tryLock()) {
            try {
                of.latest = asked(peer, endpoint, place.topic());
            } finally {
                of.turn.unlock();
            }
            known.values().removeIf(one -> isOlder(one.latest, TRUSTED) && !one.turn.isLocked());
        }
        KnownQueue answer = of.latest;
        return answer.told() && !isOlder(answer, TRUSTED)
                ? OptionalInt.of(
                        answer.samples().stream().mapToInt(s -> s.before(place.offset())).sum())
                : OptionalInt.empty();
    }

    private boolean isOlder(KnownQueue answer, Duration age) {
        return answer.at() == 0 || nanoTime.getAsLong() - answer.at() > age.toNanos();
    }

    private KnownQueue asked(HostInfo peer, EndpointId endpoint, String topic)
            throws InterruptedException {
        try {
            List<QueueSample> samples = asking.ask(peer, endpoint, topic);
            return new KnownQueue(nanoTime.getAsLong(), true, samples);
        } catch (IOException noAnswer) {
            return new KnownQueue(nanoTime.getAsLong(), false, List.of());
        }
    }
}
