package io.heritage.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.chaos.Customer.Way;
import io.heritage.chaos.Observation.Acknowledged;
import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Cancelled;
import io.heritage.chaos.Observation.Purged;
import io.heritage.chaos.Observation.Repeated;
import io.heritage.chaos.Observation.Retried;
import io.heritage.chaos.Observation.State;
import io.heritage.chaos.Observation.Streamed;
import io.heritage.chaos.Observation.Submitted;
import io.heritage.chaos.Observation.Unknown;
import io.heritage.chaos.ServiceClient.GeneratedBody;
import io.heritage.chaos.ServiceClient.HttpAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The clients of a run, each on a thread of its own. */
final class Load implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int LARGE = 2_000_000;

    /** Clients at a time. */
    private static final int ROOM = 40;

    /** Calls of a client that repeats its request, at most. */
    private static final int REPEATED = 6;

    private final ServiceClient client;
    private final ObservationLog log;
    private final WebhookReceiver hooks;

    /** Large bodies are in this process's memory, several times. */
    private final Semaphore large = new Semaphore(2);

    private final Semaphore room = new Semaphore(ROOM, true);
    private final AtomicInteger stayedAway = new AtomicInteger();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    /**
     * @param attempts calls of a request at most, while no gateway takes the connection
     */
    Load(List<String> gateways, int attempts, ObservationLog log, WebhookReceiver hooks) {
        this.client = new ServiceClient(gateways, attempts, log);
        this.log = log;
        this.hooks = hooks;
    }

    /** Returns at once. Who finds no room until the end of the run stays away. */
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

    /** Workers that are killed all the time may do less than is planned: the queue has a bound. */
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

    /** Customers of the plan who found no room. */
    int stayedAway() {
        return stayedAway.get();
    }

    /** Work of a client, which may be interrupted. */
    @FunctionalInterface
    private interface Steps {
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
        for (String job : acknowledged) {
            String[] endpointAndId = job.split("/", 2);
            for (int tries = 0; tries < 3; tries++) {
                if (!status(endpointAndId[0], endpointAndId[1], Asked.STATUS, 0).isEmpty()) {
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
            String id = submit(customer);
            if (!id.isEmpty()) {
                attend(customer, id);
            }
        } finally {
            if (heavy) {
                large.release();
            }
        }
    }

    /** Returns the id; empty if there was no acknowledgement. */
    private String submit(Customer customer) throws InterruptedException {
        String tag = customer.script().tag();
        byte[] media = mediaOf(tag, customer.mediaBytes());
        submitting(customer, media);
        var body = GeneratedBody.of(customer, media, customer.webhook() ? hooks.address(tag) : "");
        return customer.keyed()
                ? submitRepeatedly(
                        Asked.RUN, tag, body, (answer, id) -> acknowledged(customer, answer, id))
                : submitOnce(customer, body);
    }

    private static byte[] mediaOf(String tag, int bytes) {
        return Script.noise(Script.sha256().digest(tag.getBytes(StandardCharsets.UTF_8)), bytes);
    }

    private void submitting(Customer customer, byte[] media) {
        log.add(
                new Submitted(
                        log.now(),
                        customer.script().tag(),
                        customer.endpoint(),
                        customer.webhook(),
                        customer.ends(),
                        customer.script().expected(Script.hash(media)),
                        customer.failure()));
    }

    private String submitOnce(Customer customer, GeneratedBody body) throws InterruptedException {
        String tag = customer.script().tag();
        boolean sync = customer.way() == Way.SYNC;
        HttpAnswer answer =
                client.call(
                        sync ? Asked.RUNSYNC : Asked.RUN,
                        tag,
                        customer.endpoint()
                                + (sync ? "/runsync?wait=" + customer.waitMillis() : "/run"),
                        sync ? customer.waitMillis() : 0,
                        body);
        String id = answer.ok() ? answer.text("id") : answer.jobId();
        if (!id.isEmpty()) {
            acknowledged(customer, answer, id);
            if (sync && answer.ok()) {
                state(answer, id, Asked.RUNSYNC);
            }
        }
        return id;
    }

    /** What to do with the first acknowledgement. */
    @FunctionalInterface
    private interface Receipt {
        void take(HttpAnswer answer, String id);
    }

    /** A client that was not answered does not know whether its job exists. */
    private String submitRepeatedly(Asked call, String tag, GeneratedBody body, Receipt receipt)
            throws InterruptedException {
        String operation = call == Asked.BATCH ? "/batch" : "/run";
        String known = "";
        for (int i = 0; i < REPEATED && !over; i++) {
            HttpAnswer answer = client.call(call, tag, Cluster.ENDPOINT + operation, 0, body, tag);
            String id = answer.ok() ? answer.text("id") : answer.jobId();
            if (id.isEmpty()) {
                Thread.sleep(LONGEST_PAUSE);
            } else if (known.isEmpty()) {
                receipt.take(answer, id);
                known = id;
            } else {
                log.add(new Repeated(answer.at(), tag, id));
                break;
            }
        }
        return known;
    }

    /** Stores its media, and waits for the batch and then for each of its jobs. */
    private void serve(BatchCustomer batch) throws InterruptedException {
        byte[] media = mediaOf(batch.tag(), batch.mediaBytes());
        String reference = store(batch.tag(), media);
        if (reference.isEmpty()) {
            return;
        }
        log.add(
                new Submitted(
                        log.now(),
                        batch.tag(),
                        Cluster.ENDPOINT,
                        false,
                        BatchCustomer.ENDS,
                        List.of(),
                        BatchCustomer.FAILURE));
        batch.jobs().forEach(job -> submitting(job, media));
        String id =
                submitRepeatedly(
                        Asked.BATCH,
                        batch.tag(),
                        GeneratedBody.of(batch, reference),
                        (answer, given) -> acknowledged(batch, answer, given));
        if (!id.isEmpty()) {
            poll(batch.jobs().getFirst(), id);
            for (int i = 0; i < batch.jobs().size(); i++) {
                status(Cluster.ENDPOINT, memberOf(id, i), Asked.STATUS, 0);
            }
        }
    }

    /** Returns the reference; empty if they could not be stored. */
    private String store(String tag, byte[] media) throws InterruptedException {
        for (int i = 0; i < REPEATED && !over; i++) {
            HttpAnswer answer =
                    client.call(
                            Asked.MEDIA,
                            tag,
                            Cluster.ENDPOINT + "/media",
                            0,
                            GeneratedBody.of(media));
            if (answer.ok()) {
                return answer.text("media_ref");
            }
            Thread.sleep(LONGEST_PAUSE);
        }
        return "";
    }

    private void acknowledged(BatchCustomer batch, HttpAnswer answer, String id) {
        log.add(new Acknowledged(answer.at(), batch.tag(), id));
        acknowledged.add(Cluster.ENDPOINT + "/" + id);
        for (int i = 0; i < batch.jobs().size(); i++) {
            acknowledged(batch.jobs().get(i), answer, memberOf(id, i));
        }
    }

    private static String memberOf(String batch, int index) {
        return batch + "-b" + index;
    }

    private void acknowledged(Customer customer, HttpAnswer answer, String id) {
        log.add(new Acknowledged(answer.at(), customer.script().tag(), id));
        acknowledged.add(customer.endpoint() + "/" + id);
    }

    private void attend(Customer customer, String id) throws InterruptedException {
        if (customer.cancelAfterMillis() >= 0) {
            begin(() -> cancel(customer, id));
        }
        if (customer.way() == Way.STREAM || customer.way() == Way.STREAM_FROM) {
            stream(customer, id);
        }
        String end = poll(customer, id);
        if (customer.retries() && end.equals("FAILED")) {
            retry(customer, id);
            poll(customer, id);
        }
    }

    private String poll(Customer customer, String id) throws InterruptedException {
        boolean waits = customer.way() == Way.SYNC;
        Duration pause = FIRST_PAUSE;
        while (!over) {
            String status =
                    status(
                            customer.endpoint(),
                            id,
                            waits ? Asked.STATUS_SYNC : Asked.STATUS,
                            waits ? customer.waitMillis() : 0);
            if (Observation.TERMINAL.contains(status)) {
                return status;
            }
            if (!waits || status.isEmpty()) {
                Thread.sleep(pause);
                pause = longer(pause);
            }
        }
        return "";
    }

    private static Duration longer(Duration pause) {
        Duration more = pause.multipliedBy(3).dividedBy(2);
        return more.compareTo(LONGEST_PAUSE) < 0 ? more : LONGEST_PAUSE;
    }

    /** Returns the status; empty if there was none in the answer. */
    private String status(String endpoint, String id, Asked call, long wait)
            throws InterruptedException {
        String path =
                call == Asked.STATUS_SYNC
                        ? "%s/status-sync/%s?wait=%d".formatted(endpoint, id, wait)
                        : "%s/status/%s".formatted(endpoint, id);
        HttpAnswer answer = client.call(call, id, path, wait, GeneratedBody.NONE);
        return known(answer, id, call) ? state(answer, id, call) : "";
    }

    private boolean known(HttpAnswer answer, String id, Asked call) {
        if (answer.http() == 404) {
            log.add(new Unknown(answer.began(), answer.at(), id, call));
        }
        return answer.ok();
    }

    private String state(HttpAnswer answer, String id, Asked call) {
        JsonNode body = java.util.Objects.requireNonNull(answer.body());
        String status = answer.text("status");
        log.add(
                new State(
                        answer.began(),
                        answer.at(),
                        id,
                        body.path("id").asText(""),
                        call,
                        status,
                        status.equals("COMPLETED") ? JobOutput.parts(body) : List.of(),
                        answer.text("error"),
                        body.path("retries").asInt(0)));
        return status;
    }

    /** Until the service says that the job has ended, and once more. */
    private void stream(Customer customer, String id) throws InterruptedException {
        boolean counts = customer.way() == Way.STREAM_FROM;
        int next = 0;
        int afterEnd = 0;
        while (!over && afterEnd < 2) {
            String path =
                    "%s/stream/%s?wait=%d%s"
                            .formatted(
                                    customer.endpoint(),
                                    id,
                                    customer.waitMillis(),
                                    counts ? "&from=" + next : "");
            HttpAnswer answer =
                    client.call(Asked.STREAM, id, path, customer.waitMillis(), GeneratedBody.NONE);
            if (!known(answer, id, Asked.STREAM)) {
                Thread.sleep(LONGEST_PAUSE);
                continue;
            }
            JsonNode body = java.util.Objects.requireNonNull(answer.body());
            var parts = JobOutput.streamed(body);
            log.add(
                    new Streamed(
                            answer.began(),
                            answer.at(),
                            id,
                            counts ? next : -1,
                            answer.text("status"),
                            body.path("retries").asInt(0),
                            parts));
            next += parts.size();
            if (Observation.TERMINAL.contains(answer.text("status"))) {
                afterEnd++;
            }
        }
    }

    /** Twice: the second must not change what the first did. */
    private void cancel(Customer customer, String id) throws InterruptedException {
        Thread.sleep(customer.cancelAfterMillis());
        for (int i = 0; i < 2; i++) {
            long began = log.now();
            log.add(new Cancelled(began, began, id, "")); // from now on it may be cancelled
            HttpAnswer answer =
                    client.call(
                            Asked.CANCEL,
                            id,
                            customer.endpoint() + "/cancel/" + id,
                            0,
                            GeneratedBody.NONE);
            if (known(answer, id, Asked.CANCEL)) {
                log.add(new Cancelled(began, answer.at(), id, answer.text("status")));
            }
        }
    }

    private void retry(Customer customer, String id) throws InterruptedException {
        HttpAnswer answer =
                client.call(
                        Asked.RETRY,
                        id,
                        customer.endpoint() + "/retry/" + id,
                        0,
                        GeneratedBody.NONE);
        log.add(new Retried(answer.began(), answer.at(), id, answer.http()));
    }

    private void purge() throws InterruptedException {
        HttpAnswer answer =
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
