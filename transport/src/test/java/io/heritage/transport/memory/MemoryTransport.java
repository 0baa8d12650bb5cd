package io.heritage.transport.memory;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.Ports;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.queue.JobQueue;
import io.heritage.transport.queue.QueueSettings;
import io.heritage.transport.queue.QueueWindows;
import java.time.Clock;
import java.util.Collection;

/**
 * What one installation says and hears, on the heap: parts that are given the same {@code
 * MemoryTransport} hear each other. Safe for use by any number of threads.
 */
public final class MemoryTransport implements Ports {
    private final MemoryMediaStore media = new MemoryMediaStore(Topics.MEDIA);
    private final MemoryMediaStore results = new MemoryMediaStore(Topics.RESULTS);
    private final MemoryJobs jobs = new MemoryJobs();
    private final MemoryEventLog events;
    private final MemoryCommandBus commands;
    private final MemoryWorkerBoard workers = new MemoryWorkerBoard();
    private final MemoryControlBoard controls = new MemoryControlBoard();

    /**
     * @param clock of the times that logs give their records
     */
    public MemoryTransport(Clock clock) {
        this.events = new MemoryEventLog(clock);
        this.commands = new MemoryCommandBus(clock);
    }

    @Override
    public void createTopics(Collection<EndpointId> endpoints, QueueSettings settings) {
        // They come into being with the first job.
    }

    @Override
    public MemoryMediaStore media() {
        return media;
    }

    @Override
    public MemoryMediaStore results() {
        return results;
    }

    @Override
    public MemoryJobs jobs() {
        return jobs;
    }

    @Override
    public void setLaneShards(int shards) {
        jobs.setShards(shards);
    }

    @Override
    public void setLanesShared(boolean shared) {
        jobs.setLanesShared(shared);
    }

    public JobQueue queue(Collection<EndpointId> endpoints, WorkerId worker) {
        return queue(endpoints, worker, QueueSettings.defaults());
    }

    @Override
    public JobQueue queue(
            Collection<EndpointId> endpoints, WorkerId worker, QueueSettings settings) {
        return new MemoryJobQueue(jobs, endpoints, settings.deliveryLimit());
    }

    @Override
    public QueueWindows windows() {
        return jobs;
    }

    @Override
    public int members(String jobsTopic) {
        return 0;
    }

    @Override
    public MemoryEventLog events() {
        return events;
    }

    @Override
    public MemoryCommandBus commands() {
        return commands;
    }

    @Override
    public MemoryWorkerBoard workers() {
        return workers;
    }

    @Override
    public MemoryControlBoard controls() {
        return controls;
    }

    @Override
    public void removeByRetention(MediaRef ref) {
        media.remove(ref);
        results.remove(ref);
    }

    @Override
    public void close() {}
}
