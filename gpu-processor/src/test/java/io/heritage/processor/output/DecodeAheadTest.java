package io.heritage.processor.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.RgbFrame;
import io.heritage.media.VideoFrame;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DecodeAheadTest {
    @Test
    void nothingMoreIsDecodedOnceItIsClosed() throws Exception {
        var decoded = new AtomicInteger();
        var second = new CountDownLatch(1);
        var closing = new AtomicReference<Thread>();
        var decoder =
                new DecodeAhead(
                        () -> {
                            if (decoded.incrementAndGet() == 2) {
                                second.countDown();
                                awaitThatItWaits(closing);
                            }
                            return new VideoFrame(RgbFrame.allocate(2, 2), decoded.get(), 1);
                        },
                        20);
        assertThat(decoder.next()).isNotNull().satisfies(VideoFrame::close);
        assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
        closing.set(Thread.currentThread());
        decoder.close();
        assertThat(decoded).hasValue(2);
    }

    /** For the decoding thread, to its end. */
    private static void awaitThatItWaits(AtomicReference<Thread> closing) {
        for (Thread it = closing.get();
                it == null || it.getState() != Thread.State.TIMED_WAITING;
                it = closing.get()) {
            Thread.yield();
        }
    }
}
