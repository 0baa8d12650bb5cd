package io.heritage.standalone.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Estimates when a stage will be done from what it has done so far. */
final class TimeLeft {
    private String stage = "";
    private Instant begun = Instant.MIN;
    private long doneAtBegin;

    Optional<Duration> after(String currentStage, long done, long total, Instant now) {
        if (!currentStage.equals(stage)) {
            stage = currentStage;
            begun = now;
            doneAtBegin = done;
        }
        long since = done - doneAtBegin;
        if (since <= 0 || total <= done) {
            return Optional.empty();
        }
        return Optional.of(
                Duration.between(begun, now).multipliedBy(total - done).dividedBy(since));
    }

    /** {@code 1:05} or {@code 2:00:07}. */
    static String shown(Duration time) {
        return time.toHours() > 0
                ? "%d:%02d:%02d"
                        .formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
