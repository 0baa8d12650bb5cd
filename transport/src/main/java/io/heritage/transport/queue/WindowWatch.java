package io.heritage.transport.queue;

import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns before the window of a lane is full, once each time. */
final class WindowWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WindowWatch.class);
    static final Duration EVERY = Duration.ofMinutes(1);

    private final Function<String, LaneWindow> windows;
    private final Supplier<List<String>> topics;
    private final Set<String> warned = new HashSet<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("heritage-queue-windows").factory());

    /**
     * @param windows as {@link QueueWindows#of}
     */
    WindowWatch(Function<String, LaneWindow> windows, Supplier<List<String>> topics) {
        this.windows = windows;
        this.topics = topics;
    }

    void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::look, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    void look() {
        for (String topic : topics()) {
            try {
                look(windows.apply(topic));
            } catch (TransportUnavailable e) {
                LOG.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("error", e.toString())
                        .log("cannot read the window of a queue");
            }
        }
    }

    private List<String> topics() {
        try {
            return topics.get();
        } catch (TransportUnavailable e) {
            LOG.atWarn().addKeyValue("error", e.toString()).log("cannot list queues");
            return List.of();
        }
    }

    /** Lanes that were nearly full at the last check. */
    Set<String> warned() {
        return Set.copyOf(warned);
    }

    private void look(LaneWindow window) {
        if (!window.isNearlyFull()) {
            warned.remove(window.topic());
        } else if (warned.add(window.topic())) {
            LOG.atWarn()
                    .addKeyValue("topic", window.topic())
                    .addKeyValue("finishedAhead", window.finishedAhead())
                    .addKeyValue("limit", window.limit())
                    .addKeyValue("oldestUnfinishedOffset", window.startOffset())
                    .log(
                            "one unfinished job has nearly filled the window of its queue; later"
                                    + " jobs will wait for it: cancel it, or give such jobs a lane of"
                                    + " their own");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
