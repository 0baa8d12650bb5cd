package io.heritage.standalone.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Estimates when a piece of work will be done from what it has done so far. Work of one stage goes
 * on evenly. Where stages take turns, as the chunks of a video pass through them, the pace is
 * measured each time the first of them comes again, and the clock runs down between: what a chunk
 * has done half way through says little.
 */
final class TimeLeft {
    private long total = -1;
    private long lastDone;
    private long doneAtBegin;
    private Instant begun = Instant.MIN;
    private String firstStage = "";
    private String stage = "";
    private boolean turns;
    private @Nullable Instant end;

    /** Starts anew if the total changes or less is done than before. */
    Optional<Duration> after(String currentStage, long done, long currentTotal, Instant now) {
        if (currentTotal != total || done < lastDone) {
            begin(currentStage, done, currentTotal, now);
        }
        boolean comesAgain = currentStage.equals(firstStage) && !stage.equals(firstStage);
        turns |= !currentStage.equals(firstStage);
        stage = currentStage;
        lastDone = done;
        if (total <= done) {
            return Optional.empty();
        }
        if ((comesAgain || !turns) && done > doneAtBegin) {
            Duration spent = Duration.between(begun, now);
            end = now.plus(spent.multipliedBy(total - done).dividedBy(done - doneAtBegin));
        }
        return Optional.ofNullable(end)
                .map(then -> then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO);
    }

    /** The pace since this piece of work began; 0 as long as it is unknown. */
    double perSecond(Instant now) {
        double seconds =
                begun.equals(Instant.MIN) ? 0 : Duration.between(begun, now).toMillis() / 1e3;
        return seconds > 0 ? (lastDone - doneAtBegin) / seconds : 0;
    }

    private void begin(String currentStage, long done, long currentTotal, Instant now) {
        total = currentTotal;
        doneAtBegin = done;
        begun = now;
        firstStage = currentStage;
        stage = currentStage;
        turns = false;
        end = null;
    }

    /** {@code 1:05}, {@code 2:00:07} or {@code 3d 04:00:00}. */
    static String shown(Duration time) {
        if (time.toDays() > 0) {
            return "%dd %02d:%02d:%02d"
                    .formatted(
                            time.toDays(),
                            time.toHoursPart(),
                            time.toMinutesPart(),
                            time.toSecondsPart());
        }
        return time.toHours() > 0
                ? "%d:%02d:%02d"
                        .formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
