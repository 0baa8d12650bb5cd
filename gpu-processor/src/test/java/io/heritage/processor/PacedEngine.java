package io.heritage.processor;

import io.heritage.media.RgbFrame;
import io.heritage.models.rife.Rife;
import io.heritage.processor.device.DeviceStatus;
import io.heritage.processor.interpolate.FrameInterpolator;
import io.heritage.processor.interpolate.InstalledWeights;
import io.heritage.processor.job.WorkObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands in for the network where a test is about the queue: shows the first picture again, and
 * does what the test wants while it "computes".
 */
public final class PacedEngine implements FrameInterpolator {

    /** What happens while a frame is computed. */
    @FunctionalInterface
    interface Step {
        void run(WorkObserver observer);
    }

    final AtomicInteger openPairs = new AtomicInteger();
    final CountDownLatch closed = new CountDownLatch(1);
    volatile Step step = _ -> {};
    volatile Optional<String> fallback = Optional.empty();

    /** Signals that it computes, and goes on until it is told to stop. */
    Step untilStopped(CountDownLatch computing) {
        return untilStopped(computing, WorkObserver::checkpoint);
    }

    /**
     * The same.
     *
     * @param block what is done again and again, with a checkpoint
     */
    Step untilStopped(CountDownLatch computing, Step block) {
        return observer -> {
            computing.countDown();
            while (true) {
                block.run(observer);
                LockSupport.parkNanos(1_000_000); // a block of the network
            }
        };
    }

    @Override
    public InstalledWeights weights() {
        return new InstalledWeights("paced", "test", "00");
    }

    @Override
    public Rife network() {
        throw new UnsupportedOperationException("no network stands behind this engine");
    }

    @Override
    public DeviceStatus device() {
        return new DeviceStatus("cpu", 0, 0, List.of("paced"), fallback);
    }

    @Override
    public FramePair pair(RgbFrame first, RgbFrame second) {
        openPairs.incrementAndGet();
        RgbFrame shown = RgbFrame.allocate(first.width(), first.height());
        shown.copyFrom(first);
        return new FramePair() {
            @Override
            public void next(RgbFrame frame) {
                shown.copyFrom(frame);
            }

            @Override
            public void between(double t, RgbFrame into, WorkObserver observer) {
                step.run(observer);
                into.copyFrom(shown);
            }

            @Override
            public void close() {
                openPairs.decrementAndGet();
            }
        };
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
