package io.heritage.sink.streams;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restarts Kafka Streams when one of its threads has failed. A replacement thread would join the
 * group under another name and wait for the end of the old one's session; a restart reuses the
 * names and is back within seconds.
 */
public final class RestartingStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestartingStreams.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration RAN_WELL = Duration.ofMinutes(1);

    private final Supplier<KafkaStreams> streams;
    private final Consumer<KafkaStreams> whenStarted;
    private Duration pause = FIRST_PAUSE;
    private long startedNanos;
    private @Nullable KafkaStreams present;
    private boolean closed;

    /**
     * @param streams makes one that is not started
     * @param whenStarted told of each that is
     */
    public RestartingStreams(Supplier<KafkaStreams> streams, Consumer<KafkaStreams> whenStarted) {
        this.streams = streams;
        this.whenStarted = whenStarted;
    }

    /** Does nothing once this is closed. */
    public synchronized void start() {
        if (closed) {
            return;
        }
        KafkaStreams next = streams.get();
        boolean begun = false;
        try {
            next.setUncaughtExceptionHandler(failure -> failed(next, failure));
            startedNanos = System.nanoTime();
            next.start();
            whenStarted.accept(next);
            present = next;
            begun = true;
        } finally {
            if (!begun) {
                next.close(CLOSE_WITHIN);
            }
        }
    }

    /** Runs on the failed thread, which must not wait for its own end. */
    private StreamThreadExceptionResponse failed(KafkaStreams of, Throwable failure) {
        LOG.atError().setCause(failure).log("stream thread failed; restarting the fold");
        Thread.ofVirtual().name("sink-fold-restart").start(() -> restart(of));
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private void restart(KafkaStreams failed) {
        if (!isPresent(failed)) {
            return; // another thread of it failed, too
        }
        try {
            do {
                Thread.sleep(nextPause());
            } while (!isClosed() && !isStartedAgain(failed));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Retries after a pause, because the cause of a failed start may be gone by then. */
    private boolean isStartedAgain(KafkaStreams failed) {
        try {
            if (!failed.close(CLOSE_WITHIN)) {
                LOG.atWarn().log("failed fold is still closing; its state stays locked until then");
                return false;
            }
            start();
            return true;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("cannot restart the fold; will retry");
            return false;
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @SuppressWarnings("ReferenceEquality") // it is about this one
    private synchronized boolean isPresent(KafkaStreams failed) {
        boolean first = present == failed;
        present = first ? null : present;
        return first;
    }

    /**
     * Doubled as long as it fails soon after each start, so that what fails at once does not spin.
     */
    private synchronized Duration nextPause() {
        boolean ranWell = System.nanoTime() - startedNanos > RAN_WELL.toNanos();
        Duration now = ranWell ? FIRST_PAUSE : pause;
        Duration doubled = now.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        return now;
    }

    /** Leaves its place in the group or keeps it. */
    public synchronized void close(GroupMembershipOperation membership) {
        closed = true;
        if (present != null) {
            present.close(
                    CloseOptions.timeout(CLOSE_WITHIN).withGroupMembershipOperation(membership));
            present = null;
        }
    }

    @Override
    public void close() {
        close(GroupMembershipOperation.REMAIN_IN_GROUP);
    }
}
