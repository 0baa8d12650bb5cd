package io.heritage.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Closes a stream that has delivered nothing for too long, so that its reader fails. The sender or
 * its network may be gone without notice.
 */
final class SilenceWatch implements AutoCloseable {
    private final Thread watch;
    private volatile long heardAt = System.nanoTime();

    SilenceWatch(InputStream stream, Duration most) {
        this.watch = Thread.ofVirtual().name("silence-watch").start(() -> run(stream, most));
    }

    /** Notes that data arrived. */
    void heard() {
        heardAt = System.nanoTime();
    }

    private void run(InputStream stream, Duration most) {
        try {
            long left = most.toNanos();
            while (left > 0) {
                Thread.sleep(Duration.ofNanos(left));
                left = heardAt + most.toNanos() - System.nanoTime();
            }
            stream.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the stream has ended
        } catch (IOException e) {
            throw new UncheckedIOException("a silent stream cannot be closed", e);
        }
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
