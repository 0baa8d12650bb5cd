package io.heritage.transport.media;

import io.heritage.schemas.Job;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the queues to find the offset from which media are needed. One thread. */
final class WaitingJobs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingJobs.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Consumer<byte[], byte[]> jobs;
    private final Supplier<List<String>> queues;
    private final ToLongFunction<String> queueStarts;
    private final Duration heldAfterQueue;
    private final QueuedMedia needed = new QueuedMedia();
    private final Map<String, ArrayDeque<QueueStart>> starts = new HashMap<>();

    /** When a queue was first known to have finished everything before an offset. */
    private record QueueStart(long nanos, long offset) {}

    /**
     * @param jobs closed with this
     * @param queues jobs topics, as they exist at the time
     * @param queueStarts the offset before which a jobs topic is finished
     * @param heldAfterQueue how long media stay needed after their queue has dropped the job
     */
    WaitingJobs(
            Consumer<byte[], byte[]> jobs,
            Supplier<List<String>> queues,
            ToLongFunction<String> queueStarts,
            Duration heldAfterQueue) {
        this.jobs = jobs;
        this.queues = queues;
        this.queueStarts = queueStarts;
        this.heldAfterQueue = heldAfterQueue;
    }

    /** The first chunk in a partition of the media that a job needs; empty if none does. */
    OptionalLong firstNeeded(int partition) {
        return needed.firstNeeded(partition);
    }

    /**
     * Reads the jobs queued since the last call.
     *
     * @throws TransportUnavailable if the queues cannot be read in time
     */
    void read() {
        long now = System.nanoTime();
        var added = new HashMap<TopicPartition, Long>();
        List<String> all = queues.get();
        for (String queue : all) {
            long start = queueStarts.applyAsLong(queue);
            ArrayDeque<QueueStart> earlier =
                    starts.computeIfAbsent(
                            queue,
                            name -> {
                                added.put(new TopicPartition(name, 0), start);
                                return new ArrayDeque<>();
                            });
            earlier.addLast(new QueueStart(now, start));
            while (now - earlier.getFirst().nanos() >= heldAfterQueue.toNanos()) {
                needed.finishedBefore(queue, earlier.removeFirst().offset());
                if (earlier.isEmpty()) {
                    break;
                }
            }
        }
        if (!added.isEmpty()) {
            jobs.assign(all.stream().map(queue -> new TopicPartition(queue, 0)).toList());
            added.forEach(jobs::seek);
        }
        readToEnd();
    }

    private void readToEnd() {
        Map<TopicPartition, Long> ends = jobs.endOffsets(jobs.assignment(), PATIENCE);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (ends.entrySet().stream()
                .anyMatch(end -> jobs.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() > deadline) {
                throw new TransportUnavailable("cannot read the waiting jobs in time");
            }
            for (ConsumerRecord<byte[], byte[]> job : jobs.poll(POLL)) {
                hold(job);
            }
        }
    }

    private void hold(ConsumerRecord<byte[], byte[]> job) {
        try {
            needed.submitted(
                    job.topic(), job.offset(), Wire.decode(job.value(), Job.class).input().media());
        } catch (RuntimeException e) { // no worker can run it either
            LOG.atDebug().setCause(e).addKeyValue("topic", job.topic()).log("unreadable job");
        }
    }

    @Override
    public void close() {
        jobs.close(CloseOptions.timeout(Duration.ZERO));
    }
}
