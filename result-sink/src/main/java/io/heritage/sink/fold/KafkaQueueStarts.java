package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.queue.LaneWindow;
import io.heritage.transport.queue.QueueWindows;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kafka every few seconds; returns the latest answer in between and during outages. */
public final class KafkaQueueStarts implements QueueStarts, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaQueueStarts.class);

    private final QueueWindows windows;
    private final Admin admin;
    private final Collection<EndpointId> endpoints;
    private final Predicate<String> ours;
    private volatile List<String> topics;
    private final Map<String, Long> starts = new ConcurrentHashMap<>();
    private final Map<String, LaneWindow> windowsSeen = new ConcurrentHashMap<>();
    private final Map<String, Long> read = new ConcurrentHashMap<>();
    private final Map<Integer, Long> eventsRead = new ConcurrentHashMap<>();
    private final ScheduledExecutorService asking =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("sink-queue-starts").factory());

    /**
     * @param admin stays open
     */
    public KafkaQueueStarts(
            QueueWindows windows, Admin admin, Collection<EndpointId> endpoints, Duration every) {
        this.windows = windows;
        this.admin = admin;
        this.endpoints = List.copyOf(endpoints);
        this.ours = Topics.everyQueue(endpoints).asMatchPredicate();
        this.topics = Topics.jobs(endpoints);
        var unused =
                asking.scheduleWithFixedDelay(
                        this::ask, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public long startOf(String jobsTopic) {
        return starts.getOrDefault(jobsTopic, 0L);
    }

    @Override
    public Collection<String> topics() {
        return topics;
    }

    /** Latest known window of each queue. */
    public Collection<LaneWindow> windows() {
        return List.copyOf(windowsSeen.values());
    }

    @Override
    public Map<String, Long> read() {
        return Map.copyOf(read);
    }

    @Override
    public long eventsRead(int partition) {
        return eventsRead.getOrDefault(partition, 0L);
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }

    private void ask() {
        askWhatIsRead();
        askForTopics();
        topics.forEach(this::ask);
    }

    /** Streams commits an offset once the records before it are acknowledged downstream. */
    private void askWhatIsRead() {
        try {
            EventOffsets.committed(admin)
                    .forEach((partition, offset) -> {
                        if (ours.test(partition.topic())) {
                            read.merge(partition.topic(), offset, Math::max);
                        } else if (partition.topic().equals(Topics.EVENTS)) {
                            eventsRead.merge(partition.partition(), offset, Math::max);
                        }
                    });
        } catch (RuntimeException e) { // asked again, whatever it was
            LOG.atDebug().setCause(e).log("cannot read the sinks' committed offsets; will retry");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void askForTopics() {
        try {
            topics = windows.topics(endpoints);
        } catch (RuntimeException e) { // asked again, whatever it was
            LOG.atDebug().setCause(e).log("cannot list queues; will retry");
        }
    }

    private void ask(String topic) {
        try {
            LaneWindow window = windows.of(topic);
            windowsSeen.put(topic, window);
            starts.merge(topic, window.startOffset(), Math::max);
        } catch (RuntimeException e) { // asked again, whatever it was
            LOG.atDebug()
                    .setCause(e)
                    .addKeyValue("topic", topic)
                    .log("queue does not answer; will retry");
        }
    }
}
