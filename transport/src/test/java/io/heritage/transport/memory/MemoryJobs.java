package io.heritage.transport.memory;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.log.JobLog;
import io.heritage.transport.queue.LaneWindow;
import io.heritage.transport.queue.QueueSettings;
import io.heritage.transport.queue.QueueWindows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All that was submitted, what of it waits in the queue of its endpoint and lane, and how far these
 * have come.
 */
public final class MemoryJobs implements JobLog, QueueWindows {
    private final List<Job> submitted = new ArrayList<>();
    private final Map<String, PriorityQueue<Waiting>> queues = new HashMap<>();
    private final Map<String, Long> ends = new HashMap<>();
    private final Map<String, TreeSet<Long>> unfinished = new HashMap<>();
    private int shards = 1;
    private int dealt;
    private boolean unavailable;
    private boolean lanesShared;
    private final List<Job> waiting = new ArrayList<>();

    /**
     * A job in its queue; a job that comes back keeps its place.
     *
     * @param deliveries until now
     */
    record Waiting(String topic, long offset, Job job, int deliveries)
            implements Comparable<Waiting> {
        @Override
        public int compareTo(Waiting other) {
            return Long.compare(offset, other.offset);
        }

        Waiting delivered() {
            return new Waiting(topic, offset, job, deliveries + 1);
        }
    }

    @Override
    public synchronized void submit(Job job) {
        submit(job, Topics.jobs(job, dealt++ % shards));
    }

    @Override
    public synchronized void submitWaiting(Job job) {
        submit(job, Topics.waiting(job));
        waiting.add(job);
    }

    @Override
    public synchronized boolean areLanesShared() {
        return lanesShared;
    }

    /** From now on owners share the lanes, or do not. */
    public synchronized void setLanesShared(boolean shared) {
        lanesShared = shared;
    }

    /** Those that wait for their owner's turn, in the order of submission. */
    public synchronized List<Job> waiting() {
        return List.copyOf(waiting);
    }

    private void submit(Job job, String topic) {
        if (unavailable) {
            throw new TransportUnavailable("this test has no Kafka for jobs");
        }
        long offset = ends.merge(topic, 1L, Long::sum) - 1;
        unfinished.computeIfAbsent(topic, _ -> new TreeSet<>()).add(offset);
        put(new Waiting(topic, offset, job, 0));
        submitted.add(job);
    }

    /** Every job in the order of submission, done or not. */
    public synchronized List<Job> submitted() {
        return List.copyOf(submitted);
    }

    /** From now on lanes have so many shards. */
    public synchronized void setShards(int shards) {
        this.shards = shards;
    }

    @Override
    public synchronized List<String> topics(Collection<EndpointId> endpoints) {
        var all = new ArrayList<>(lanes(endpoints));
        if (lanesShared) {
            all.addAll(Topics.waiting(endpoints));
        }
        return List.copyOf(all);
    }

    /** With all shards; what workers are served from. */
    synchronized List<String> lanes(Collection<EndpointId> endpoints) {
        int most = ends.keySet().stream().mapToInt(Topics::shard).max().orElse(0) + 1;
        return Topics.jobs(endpoints, Math.max(most, shards));
    }

    /** From now on as if Kafka did not answer, or as if it did again. */
    public synchronized void setUnavailable(boolean unavailable) {
        this.unavailable = unavailable;
    }

    @Override
    public synchronized LaneWindow of(String jobsTopic) {
        long end = ends.getOrDefault(jobsTopic, 0L);
        TreeSet<Long> open = unfinished.getOrDefault(jobsTopic, new TreeSet<>());
        long start = open.isEmpty() ? end : open.first();
        return new LaneWindow(
                jobsTopic, start, end, end - start - open.size(), QueueSettings.LARGEST_WINDOW);
    }

    @Override
    public synchronized Map<String, Long> ends(Collection<String> jobsTopics) {
        return jobsTopics.stream()
                .collect(
                        Collectors.toMap(
                                Function.identity(), topic -> ends.getOrDefault(topic, 0L)));
    }

    /** Finished, or delivered as often as the limit allows. */
    synchronized void end(Waiting waiting) {
        TreeSet<Long> open = unfinished.get(waiting.topic());
        if (open != null) {
            open.remove(waiting.offset());
        }
    }

    synchronized void put(Waiting waiting) {
        queues.computeIfAbsent(waiting.topic(), _ -> new PriorityQueue<>()).add(waiting);
        notifyAll();
    }

    /** The first of the first topic that has one. */
    synchronized Optional<Waiting> poll(Collection<String> topics) {
        return topics.stream()
                .map(queues::get)
                .filter(queue -> queue != null && !queue.isEmpty())
                .map(PriorityQueue::remove)
                .map(Waiting::delivered)
                .findFirst();
    }

    /** Until something is put, at most that long. */
    synchronized void awaitChange(long millis) throws InterruptedException {
        wait(Math.max(1, millis));
    }

    synchronized void wakeAll() {
        notifyAll();
    }
}
