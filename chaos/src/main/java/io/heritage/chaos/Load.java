package io.heritage.chaos;

import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Purged;
import io.heritage.chaos.ServiceClient.GeneratedBody;
import io.heritage.chaos.ServiceClient.ServiceAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The clients of a run, each on a thread of its own. */
final class Load implements AutoCloseable {
    private static final int LARGE = 2_000_000;

    /** Clients at a time. */
    private static final int ROOM = 40;

    private final ServiceClient client;
    private final ObservationLog log;
    private final JobWatcher watcher;
    private final JobSubmitter submitter;

    /** Bounds large bodies, which are in this process's memory several times. */
    private final Semaphore large = new Semaphore(2);

    private final Semaphore room = new Semaphore(ROOM, true);
    private final AtomicInteger stayedAway = new AtomicInteger();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /**
     * @param attempts calls of a request at most, while no gateway takes the connection
     */
    Load(List<String> gateways, int attempts, ObservationLog log, WebhookReceiver hooks) {
        this.client = new ServiceClient(gateways, attempts, log);
        this.log = log;
        this.watcher = new JobWatcher(client, log, this::begin, () -> over);
        this.submitter = new JobSubmitter(client, log, hooks, watcher, () -> over);
    }

    /** Returns at once. Clients that get no turn before the end of the run are skipped. */
    void start(
            List<Customer> customers,
            List<BatchCustomer> batches,
            List<Long> purges,
            Duration length) {
        long start = log.now();
        long end = start + length.toMillis();
        for (Customer customer : customers) {
            begin(() -> {
                sleepUntil(start + customer.atMillis());
                enter(end, () -> serve(customer));
            });
        }
        for (BatchCustomer batch : batches) {
            begin(() -> {
                sleepUntil(start + batch.atMillis());
                enter(end, () -> serve(batch));
            });
        }
        for (long purge : purges) {
            begin(() -> {
                sleepUntil(start + purge);
                purge();
            });
        }
    }

    /**
     * Bounds the number of clients, and so the queue, because workers that are killed often do less
     * than planned.
     */
    private void enter(long end, Steps steps) throws InterruptedException {
        if (!room.tryAcquire(Math.max(0, end - log.now()), TimeUnit.MILLISECONDS)) {
            stayedAway.incrementAndGet();
            return;
        }
        try {
            steps.run();
        } finally {
            room.release();
        }
    }

    /** Planned customers that were skipped. */
    int stayedAway() {
        return stayedAway.get();
    }

    /** Work of a client, which may be interrupted. */
    @FunctionalInterface
    interface Steps {
        void run() throws InterruptedException;
    }

    private void begin(Steps steps) {
        threads.add(
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                steps.run();
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        }));
    }

    /**
     * Waits for the clients; those whose job has not ended by then give up.
     *
     * @return how many gave up
     */
    int await(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        int late = 0;
        for (Thread thread : threads) {
            Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            if (!thread.join(left)) {
                late++;
            }
        }
        over = true;
        threads.forEach(Thread::interrupt);
        return late;
    }

    /** Asks for every acknowledged job once more. */
    void askAgain() throws InterruptedException {
        for (JobSubmitter.JobAt job : submitter.acknowledged()) {
            for (int tries = 0; tries < 3; tries++) {
                if (!watcher.status(job.endpoint(), job.id(), Asked.STATUS, 0).isEmpty()) {
                    break;
                }
            }
        }
    }

    private void sleepUntil(long at) throws InterruptedException {
        Thread.sleep(Math.max(0, at - log.now()));
    }

    private void serve(Customer customer) throws InterruptedException {
        boolean heavy =
                customer.mediaBytes() > LARGE
                        || (long) customer.script().parts() * customer.script().partBytes() > LARGE;
        if (heavy) {
            large.acquire();
        }
        try {
            String id = submitter.submit(customer);
            if (!id.isEmpty()) {
                watcher.attend(customer, id);
            }
        } finally {
            if (heavy) {
                large.release();
            }
        }
    }

    private void serve(BatchCustomer batch) throws InterruptedException {
        String id = submitter.submit(batch);
        if (!id.isEmpty()) {
            watcher.attend(batch, id);
        }
    }

    private void purge() throws InterruptedException {
        ServiceAnswer answer =
                client.call(
                        Asked.PURGE,
                        Cluster.PURGED,
                        Cluster.PURGED + "/purge-queue",
                        0,
                        GeneratedBody.NONE);
        log.add(
                new Purged(
                        answer.began(),
                        answer.at(),
                        Cluster.PURGED,
                        answer.ok() && answer.body() != null
                                ? answer.body().path("removed").asInt(-1)
                                : -1));
    }

    @Override
    public void close() {
        over = true;
        threads.forEach(Thread::interrupt);
        client.close();
    }
}
