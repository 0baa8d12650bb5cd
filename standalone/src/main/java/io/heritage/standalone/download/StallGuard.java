package io.heritage.standalone.download;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closes a stream that has delivered nothing for a while, so that its reader fails instead of
 * waiting for ever: the JDK's client bounds the wait for headers only.
 */
public final class StallGuard implements AutoCloseable {
    private final InputStream stream;
    private final Duration patience;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile long bytes;
    private volatile boolean stalled;

    public StallGuard(InputStream stream, Duration patience) {
        this.stream = stream;
        this.patience = patience;
        Thread.ofVirtual().name("stall-guard").start(this::watch);
    }

    /**
     * @param soFar all that has come
     */
    public void moved(long soFar) {
        bytes = soFar;
    }

    /** Whether the stream was closed here. */
    public boolean stalled() {
        return stalled;
    }

    private void watch() {
        try {
            long seen = -1;
            while (seen != bytes) {
                seen = bytes;
                if (over.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            stalled = true;
            stream.close();
        } catch (IOException | InterruptedException _) {
            // The reader reports the consequence.
            stalled = true;
        }
    }

    @Override
    public void close() {
        over.countDown();
    }
}
