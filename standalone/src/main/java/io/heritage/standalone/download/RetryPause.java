package io.heritage.standalone.download;

import java.time.Duration;

/** Pause between two attempts; tests skip it. */
public interface RetryPause {
    RetryPause SLEEP = Thread::sleep;

    void of(Duration time) throws InterruptedException;
}
