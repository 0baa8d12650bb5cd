package io.heritage.transport.queue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a lane's jobs are so short, and so many, that fetching them one by one takes longer than
 * they do. Then a second member of the group fetches several at a time. The number of records of a
 * poll is fixed for the life of a consumer, and joining takes up to 10 s: so the first member
 * stays, and goes on until the second one has got its first jobs. Its lane's thread only.
 *
 * <p>What the second one has fetched waits behind at most {@value #SEVERAL} jobs, each expected to
 * take less than {@link #SHORT}. It leaves with the first job that is not short, or when the queue
 * is empty. It acquires jobs as soon as it has joined, looked after or not: so while it joins, it
 * also leaves if a job of the first member takes long.
 */
final class LanePace implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LanePace.class);

    /** Jobs fetched at a time. */
    static final int SEVERAL = 32;

    private static final Duration SHORT = Duration.ofMillis(5);
    static final Duration NOT_SHORT = Duration.ofMillis(50);

    /** A fetch that took longer has waited for a job. */
    private static final Duration FETCHED_AT_ONCE = Duration.ofMillis(100);

    /** So many more short jobs than others, of which each counts for several. */
    private static final int MANY = 50;

    private static final int WEIGHT_OF_OTHERS = 10;
    private static final Duration TRIED_AGAIN_AFTER = Duration.ofSeconds(10);

    private final LaneState lane;
    private final Supplier<LaneMember> joining;
    private @Nullable LaneMember several;
    private boolean joined;
    private int shortJobs;
    private long notBefore = System.nanoTime();

    LanePace(LaneState lane, Supplier<LaneMember> joining) {
        this.lane = lane;
        this.joining = joining;
    }

    /** Who fetches several; empty if jobs come one by one. */
    Optional<LaneMember> several() {
        return Optional.ofNullable(several);
    }

    /** Whether the second member has not had a job yet, so that the first one goes on. */
    boolean isJoining() {
        return several != null && !joined;
    }

    /** Nanoseconds that the lane may wait to be asked: a member that joins is not left alone. */
    long patience() {
        return isJoining() ? NOT_SHORT.toNanos() : Long.MAX_VALUE;
    }

    /** The second member has jobs. */
    void joined() {
        joined = true;
    }

    /**
     * @param fetching how long they were waited for
     */
    void worked(Duration fetching, List<HeldJob> jobs) {
        long now = System.nanoTime();
        boolean waited = fetching.compareTo(FETCHED_AT_ONCE) > 0;
        for (HeldJob job : jobs) {
            Duration worked = job.worked(now);
            if (worked.isZero()) {
                continue; // it went back
            }
            if (several != null && worked.compareTo(NOT_SHORT) > 0) {
                end();
            }
            boolean counts = !waited && worked.compareTo(SHORT) <= 0;
            shortJobs = Math.clamp(shortJobs + (counts ? 1 : -WEIGHT_OF_OTHERS), 0, MANY);
        }
        if (several == null && shortJobs >= MANY && now - notBefore >= 0) {
            begin();
        }
    }

    private void begin() {
        try {
            LaneMember member = joining.get();
            several = member;
            var _ = member.fetch(Duration.ZERO); // joins by it; nothing can come yet
            LOG.atDebug()
                    .addKeyValue("topic", lane.topic)
                    .log("jobs are fetched several at a time");
        } catch (KafkaException e) {
            end();
            notBefore = System.nanoTime() + TRIED_AGAIN_AFTER.toNanos();
            LOG.atWarn()
                    .addKeyValue("topic", lane.topic)
                    .addKeyValue("error", e.toString())
                    .log("jobs cannot be fetched several at a time");
        }
    }

    /** The queue is empty, or a job is long. What the second member holds goes back at once. */
    void end() {
        shortJobs = 0;
        joined = false;
        LaneMember member = several;
        several = null;
        if (member != null) {
            notBefore = System.nanoTime() + TRIED_AGAIN_AFTER.toNanos();
            try {
                member.close();
            } catch (KafkaException e) { // the first member, and what it holds, goes on
                LOG.atWarn()
                        .addKeyValue("topic", lane.topic)
                        .addKeyValue("error", e.toString())
                        .log("a member of the queue did not leave in good order");
            }
        }
    }

    @Override
    public void close() {
        end();
    }
}
