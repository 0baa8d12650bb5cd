package io.heritage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SilenceWatchTest {
    /** As a socket: a read waits until it is closed. */
    private static final class Silent extends InputStream {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public int read() throws IOException {
            try {
                var _ = closed.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("closed");
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void aSilentStreamIsClosed() {
        var stream = new Silent();
        try (var watch = new SilenceWatch(stream, Duration.ofMillis(1))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> stream.closed.getCount() == 0);
            watch.heard();
        }
    }

    @Test
    void oneThatIsHeardOfIsNot() {
        var stream = new Silent();
        try (var watch = new SilenceWatch(stream, Duration.ofMinutes(1))) {
            watch.heard();
        }
        assertThat(stream.closed.getCount()).isEqualTo(1);
    }
}
