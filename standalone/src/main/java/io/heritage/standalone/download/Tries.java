package io.heritage.standalone.download;

import java.io.IOException;
import java.time.Duration;

/**
 * Counts the tries that brought nothing, and waits longer after each: 1, 2, 4, … seconds, at most a
 * minute.
 */
final class Tries {
    private static final int MOST = 8;
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Pause pause;
    private int failures;

    Tries(Pause pause) {
        this.pause = pause;
    }

    /** The last try brought something: the next failure is the first one again. */
    void moved() {
        failures = 0;
    }

    /**
     * @throws IOException the failure itself, when it was the last one that is borne
     */
    void failed(IOException failure) throws IOException, InterruptedException {
        if (++failures >= MOST) {
            throw failure;
        }
        Duration growing = Duration.ofSeconds(1L << (failures - 1));
        pause.of(growing.compareTo(LONGEST) < 0 ? growing : LONGEST);
    }
}
