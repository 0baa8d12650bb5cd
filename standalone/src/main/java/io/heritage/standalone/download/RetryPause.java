package io.heritage.standalone.download;

import java.time.Duration;

/** Waits between two tries; tests do not wait. */
public interface RetryPause {
    RetryPause SLEEP = Thread::sleep;

    void of(Duration time) throws InterruptedException;
}
