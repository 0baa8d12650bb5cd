package io.heritage.sink.fold;

import io.heritage.sink.fold.FoldProgress.Behind;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when a local partition of the fold has folded all events that were acknowledged before
 * it began here, or before the process resumed from a standstill. Until then its jobs may look as
 * they did some seconds ago, and nothing is answered from it.
 */
public final class TakeOvers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TakeOvers.class);
    private static final Duration LOOKS = Duration.ofMillis(5);
    private static final Duration TICKS = Duration.ofMillis(100);

    /** Unreadable events are not folded, but committed offsets go past them. */
    private static final Duration ASKS_WHAT_IS_COMMITTED = Duration.ofMillis(250);

    private static final Duration AFTER_A_FAILURE = Duration.ofMillis(250);

    private final EventOffsets events;
    private final FoldProgress progress;
    private final Map<Behind, Long> ends = new HashMap<>();
    private Map<Integer, Long> committed = Map.of();
    private long askedAt;
    private final Thread thread;
    private final ScheduledExecutorService ticking =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("sink-standstill").factory());

    public TakeOvers(EventOffsets events, FoldProgress progress) {
        this.events = events;
        this.progress = progress;
        var unused =
                ticking.scheduleWithFixedDelay(
                        progress::tick, 0, TICKS.toMillis(), TimeUnit.MILLISECONDS);
        this.thread = Thread.ofVirtual().name("sink-take-overs").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(look(progress.awaitBehind()));
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * @return how long to wait before the next
     */
    private Duration look(Set<Behind> behind) throws InterruptedException {
        try {
            ends.keySet().retainAll(behind);
            ask(behind);
            ends.forEach((at, end) -> {
                int partition = at.position().partition();
                if (at.position().events() >= end || committed.getOrDefault(partition, 0L) >= end) {
                    progress.caughtUp(at);
                }
            });
            return LOOKS;
        } catch (RuntimeException e) { // asked again, whatever it was
            LOG.atDebug().setCause(e).log("cannot read end offsets of events; will retry");
            return AFTER_A_FAILURE;
        }
    }

    /** In this order: what was committed before the ends were known may be less than it is. */
    private void ask(Set<Behind> behind) throws InterruptedException {
        boolean isNew = !ends.keySet().containsAll(behind);
        if (isNew) {
            Map<Integer, Long> now = events.ends();
            behind.forEach(
                    at -> ends.putIfAbsent(at, now.getOrDefault(at.position().partition(), 0L)));
        }
        if (isNew || System.nanoTime() - askedAt > ASKS_WHAT_IS_COMMITTED.toNanos()) {
            committed = events.committed();
            askedAt = System.nanoTime();
        }
    }

    @Override
    public void close() {
        ticking.shutdownNow();
        thread.interrupt();
    }
}
