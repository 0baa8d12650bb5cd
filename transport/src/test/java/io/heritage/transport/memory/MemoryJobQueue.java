package io.heritage.transport.memory;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A worker's view of {@link MemoryJobs}. */
final class MemoryJobQueue implements JobQueue {
    private final MemoryJobs jobs;
    private final Collection<EndpointId> endpoints;
    private final int deliveryLimit;
    private @Nullable Claim current;
    private boolean closed;
    private Predicate<EndpointId> served = _ -> true;

    MemoryJobQueue(MemoryJobs jobs, Collection<EndpointId> endpoints, int deliveryLimit) {
        this.jobs = jobs;
        this.endpoints = List.copyOf(endpoints);
        this.deliveryLimit = deliveryLimit;
    }

    @Override
    public Optional<ClaimedJob> take(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (jobs) {
            requireFree();
            Optional<MemoryJobs.Waiting> next = jobs.poll(jobs.lanes(served()));
            long left;
            while (next.isEmpty() && !closed && (left = deadline - System.nanoTime()) > 0) {
                jobs.awaitChange(TimeUnit.NANOSECONDS.toMillis(left));
                next = closed ? Optional.empty() : jobs.poll(jobs.lanes(served()));
            }
            return next.map(this::claim);
        }
    }

    @Override
    public void serve(Predicate<EndpointId> some) {
        synchronized (jobs) {
            served = some;
            jobs.wakeAll();
        }
    }

    private List<EndpointId> served() {
        return endpoints.stream().filter(served).toList();
    }

    @Override
    public void close() {
        synchronized (jobs) {
            closed = true;
            if (current != null) {
                current.close();
            }
            jobs.wakeAll();
        }
    }

    private void requireFree() {
        if (closed) {
            throw new IllegalStateException("the queue is closed");
        }
        if (current != null && current.held()) {
            throw new IllegalStateException(
                    "the job taken before is neither finished nor given back");
        }
    }

    private ClaimedJob claim(MemoryJobs.Waiting waiting) {
        current = new Claim(waiting);
        return current;
    }

    private final class Claim implements ClaimedJob {
        private final MemoryJobs.Waiting waiting;
        private boolean ended;

        private Claim(MemoryJobs.Waiting waiting) {
            this.waiting = waiting;
        }

        @Override
        public Job job() {
            return waiting.job();
        }

        @Override
        public String topic() {
            return waiting.topic();
        }

        @Override
        public long offset() {
            return waiting.offset();
        }

        @Override
        public int attempt() {
            return waiting.job().attemptsBefore() + waiting.deliveries();
        }

        @Override
        public boolean lastDelivery() {
            return waiting.deliveries() >= deliveryLimit;
        }

        @Override
        public boolean held() {
            synchronized (jobs) {
                return !ended;
            }
        }

        @Override
        public void finish() {
            synchronized (jobs) {
                if (!ended) {
                    ended = true;
                    jobs.end(waiting);
                }
            }
        }

        @Override
        public void close() {
            synchronized (jobs) {
                if (!ended) {
                    ended = true;
                    if (lastDelivery()) {
                        jobs.end(waiting);
                    } else {
                        jobs.put(waiting);
                    }
                }
            }
        }
    }
}
