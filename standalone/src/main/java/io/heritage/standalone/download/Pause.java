package io.heritage.standalone.download;

import java.time.Duration;

/** How time passes between two tries; in tests it does not. */
public interface Pause {
    Pause SLEEP = Thread::sleep;

    void of(Duration time) throws InterruptedException;
}
