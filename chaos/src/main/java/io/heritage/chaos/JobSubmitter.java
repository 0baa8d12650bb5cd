package io.heritage.chaos;

import io.heritage.chaos.Customer.Way;
import io.heritage.chaos.Observation.Acknowledged;
import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Repeated;
import io.heritage.chaos.Observation.Submitted;
import io.heritage.chaos.ServiceClient.GeneratedBody;
import io.heritage.chaos.ServiceClient.ServiceAnswer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Submits jobs, batches and their media for clients, and records the acknowledgements. Any thread.
 */
final class JobSubmitter {
    /** Calls of a client that repeats its request, at most. */
    private static final int REPEATED = 6;

    private final ServiceClient client;
    private final ObservationLog log;
    private final WebhookReceiver hooks;
    private final JobWatcher watcher;
    private final BooleanSupplier over;
    private final Set<JobAt> acknowledged = ConcurrentHashMap.newKeySet();

    /**
     * @param watcher notes states that come with an acknowledgement
     * @param over whether to give up
     */
    JobSubmitter(
            ServiceClient client,
            ObservationLog log,
            WebhookReceiver hooks,
            JobWatcher watcher,
            BooleanSupplier over) {
        this.client = client;
        this.log = log;
        this.hooks = hooks;
        this.watcher = watcher;
        this.over = over;
    }

    /** A job of an endpoint. */
    record JobAt(String endpoint, String id) {}

    /** All jobs so far. */
    Set<JobAt> acknowledged() {
        return acknowledged;
    }

    /** Returns the id; empty if there was no acknowledgement. */
    String submit(Customer customer) throws InterruptedException {
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
        ServiceAnswer answer =
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
                watcher.state(answer, id, Asked.RUNSYNC);
            }
        }
        return id;
    }

    /** What to do with the first acknowledgement. */
    @FunctionalInterface
    private interface Receipt {
        void take(ServiceAnswer answer, String id);
    }

    /** A client that was not answered does not know whether its job exists. */
    private String submitRepeatedly(Asked call, String tag, GeneratedBody body, Receipt receipt)
            throws InterruptedException {
        String operation = call == Asked.BATCH ? "/batch" : "/run";
        String known = "";
        for (int i = 0; i < REPEATED && !over.getAsBoolean(); i++) {
            ServiceAnswer answer =
                    client.call(call, tag, Cluster.ENDPOINT + operation, 0, body, tag);
            String id = answer.ok() ? answer.text("id") : answer.jobId();
            if (id.isEmpty()) {
                Thread.sleep(JobWatcher.LONGEST_PAUSE);
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

    /** Stores its media before. Returns the id; empty if there was no acknowledgement. */
    String submit(BatchCustomer batch) throws InterruptedException {
        byte[] media = mediaOf(batch.tag(), batch.mediaBytes());
        String reference = store(batch.tag(), media);
        if (reference.isEmpty()) {
            return "";
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
        return submitRepeatedly(
                Asked.BATCH,
                batch.tag(),
                GeneratedBody.of(batch, reference),
                (answer, given) -> acknowledged(batch, answer, given));
    }

    /** Returns the reference; empty if they could not be stored. */
    private String store(String tag, byte[] media) throws InterruptedException {
        for (int i = 0; i < REPEATED && !over.getAsBoolean(); i++) {
            ServiceAnswer answer =
                    client.call(
                            Asked.MEDIA,
                            tag,
                            Cluster.ENDPOINT + "/media",
                            0,
                            GeneratedBody.of(media));
            if (answer.ok()) {
                return answer.text("media_ref");
            }
            Thread.sleep(JobWatcher.LONGEST_PAUSE);
        }
        return "";
    }

    private void acknowledged(BatchCustomer batch, ServiceAnswer answer, String id) {
        log.add(new Acknowledged(answer.at(), batch.tag(), id));
        acknowledged.add(new JobAt(Cluster.ENDPOINT, id));
        for (int i = 0; i < batch.jobs().size(); i++) {
            acknowledged(batch.jobs().get(i), answer, BatchCustomer.jobId(id, i));
        }
    }

    private void acknowledged(Customer customer, ServiceAnswer answer, String id) {
        log.add(new Acknowledged(answer.at(), customer.script().tag(), id));
        acknowledged.add(new JobAt(customer.endpoint(), id));
    }
}
