package io.heritage.standalone.download;

import java.io.IOException;
import java.time.Duration;

/**
 * Counts failed attempts in a row, and waits longer after each: 1, 2, 4, … seconds, at most a
 * minute.
 */
final class Tries {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final int most;
    private final RetryPause pause;
    private final DownloadProgress progress;
    private int failures;

    /**
     * @param most failed attempts in a row
     */
    Tries(int most, RetryPause pause, DownloadProgress progress) {
        this.most = most;
        this.pause = pause;
        this.progress = progress;
    }

    /** Resets the count, because the last attempt made progress. */
    void moved() {
        failures = 0;
    }

    /**
     * @throws IOException the failure itself, when there were too many
     */
    void failed(IOException failure) throws IOException, InterruptedException {
        if (++failures >= most) {
            throw failure;
        }
        Duration growing = Duration.ofSeconds(1L << (failures - 1));
        Duration wait = growing.compareTo(LONGEST) < 0 ? growing : LONGEST;
        String why = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        progress.retrying(why, wait);
        pause.of(wait);
    }
}
