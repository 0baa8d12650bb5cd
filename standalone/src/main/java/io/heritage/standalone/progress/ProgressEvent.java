package io.heritage.standalone.progress;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** An event for a renderer. */
sealed interface ProgressEvent {

    /**
     * A step of the work was done.
     *
     * @param total 0 as long as it is unknown
     * @param perSecond 0 as long as it is unknown
     */
    record Step(
            ProgressSubject work,
            String stage,
            long done,
            long total,
            double perSecond,
            Optional<Duration> left)
            implements ProgressEvent {

        /** 0 to 99; only the end shows 100. */
        long percent() {
            return total <= 0 ? 0 : Math.min(99, 100 * done / total);
        }
    }

    /**
     * The job waits.
     *
     * @param ahead jobs before it
     * @param likelyWait half of the jobs wait no longer
     * @param longWait nine of ten wait no longer
     */
    record Queued(
            ProgressSubject work,
            OptionalLong ahead,
            Optional<Duration> likelyWait,
            Optional<Duration> longWait)
            implements ProgressEvent {}

    /** A message that is not about progress. */
    record Note(String text) implements ProgressEvent {}

    /**
     * The last event of a piece of work.
     *
     * @param status {@code COMPLETED}, {@code FAILED}, {@code CANCELLED}, {@code TIMED_OUT}, or
     *     {@code STOPPED} where nobody waited for the end
     */
    record End(ProgressSubject work, String status, Duration took) implements ProgressEvent {}
}
