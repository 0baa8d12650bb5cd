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
 * Detects that a lane's jobs are so short, and so many, that fetching one takes longer than running
 * it. Then a second member of the group fetches several at a time. A consumer's records per poll
 * are fixed, and joining takes up to 10 s. So the first member stays, and continues until the
 * second one has its first jobs. Its lane's thread only.
 *
 * <p>A job of the second member waits behind at most {@value #SEVERAL} jobs, each expected to take
 * less than {@link #SHORT}. The second member leaves after the first job that is not short, or when
 * the queue is empty. It acquires jobs as soon as it has joined, polled or not. So while it joins,
 * it also leaves if a job of the first member takes long.
 */
final class LanePace implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LanePace.class);

    /** Jobs fetched at a time. */
    static final int SEVERAL = 32;

    private static final Duration SHORT = Duration.ofMillis(5);
    static final Duration NOT_SHORT = Duration.ofMillis(50);

    /** A longer fetch has waited for a job to be submitted. */
    private static final Duration FETCHED_AT_ONCE = Duration.ofMillis(100);

    /** Required surplus of short jobs; each other job counts for several. */
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

    /** The second member; empty while jobs are fetched one by one. */
    Optional<LaneMember> several() {
        return Optional.ofNullable(several);
    }

    /** Whether the second member has not had a job yet, so that the first one continues. */
    boolean isJoining() {
        return several != null && !joined;
    }

    /** Nanoseconds that the lane may wait to be asked; short while a member is joining. */
    long patience() {
        return isJoining() ? NOT_SHORT.toNanos() : Long.MAX_VALUE;
    }

    /** Notes that the second member has jobs. */
    void joined() {
        joined = true;
    }

    /**
     * @param fetching duration of the fetch
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
            LOG.atDebug().addKeyValue("topic", lane.topic).log("fetching several jobs at a time");
        } catch (KafkaException e) {
            end();
            notBefore = System.nanoTime() + TRIED_AGAIN_AFTER.toNanos();
            LOG.atWarn()
                    .addKeyValue("topic", lane.topic)
                    .addKeyValue("error", e.toString())
                    .log("cannot fetch several jobs at a time");
        }
    }

    /** For an empty queue or a long job. The second member's jobs go back at once. */
    void end() {
        shortJobs = 0;
        joined = false;
        LaneMember member = several;
        several = null;
        if (member != null) {
            notBefore = System.nanoTime() + TRIED_AGAIN_AFTER.toNanos();
            try {
                member.close();
            } catch (KafkaException e) { // does not affect the first member and its jobs
                LOG.atWarn()
                        .addKeyValue("topic", lane.topic)
                        .addKeyValue("error", e.toString())
                        .log("a consumer of the queue did not close cleanly");
            }
        }
    }

    @Override
    public void close() {
        end();
    }
}
