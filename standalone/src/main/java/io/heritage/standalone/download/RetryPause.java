package io.heritage.standalone.download;

import java.time.Duration;

/** How time passes between two tries; in tests it does not. */
public interface RetryPause {
    RetryPause SLEEP = Thread::sleep;

    void of(Duration time) throws InterruptedException;
}
