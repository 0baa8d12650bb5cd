package io.heritage.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.chaos.Customer.Way;
import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Cancelled;
import io.heritage.chaos.Observation.Retried;
import io.heritage.chaos.Observation.State;
import io.heritage.chaos.Observation.Streamed;
import io.heritage.chaos.Observation.Unknown;
import io.heritage.chaos.ServiceClient.GeneratedBody;
import io.heritage.chaos.ServiceClient.ServiceAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Calls of clients about acknowledged jobs: status, wait, stream, cancel and retry. Records each
 * answer. Any thread.
 */
final class JobWatcher {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final ServiceClient client;
    private final ObservationLog log;
    private final Consumer<Load.Steps> beside;
    private final BooleanSupplier over;

    /**
     * @param beside does something at the same time
     * @param over whether to give up
     */
    JobWatcher(
            ServiceClient client,
            ObservationLog log,
            Consumer<Load.Steps> beside,
            BooleanSupplier over) {
        this.client = client;
        this.log = log;
        this.beside = beside;
        this.over = over;
    }

    void attend(Customer customer, String id) throws InterruptedException {
        if (customer.cancelAfterMillis() >= 0) {
            beside.accept(() -> cancel(customer, id));
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

    /** Waits for the batch, and asks for each of its jobs. */
    void attend(BatchCustomer batch, String id) throws InterruptedException {
        poll(batch.jobs().getFirst(), id);
        for (int i = 0; i < batch.jobs().size(); i++) {
            status(Cluster.ENDPOINT, BatchCustomer.jobId(id, i), Asked.STATUS, 0);
        }
    }

    private String poll(Customer customer, String id) throws InterruptedException {
        boolean waits = customer.way() == Way.SYNC;
        Duration pause = FIRST_PAUSE;
        while (!over.getAsBoolean()) {
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
    String status(String endpoint, String id, Asked call, long wait) throws InterruptedException {
        String path =
                call == Asked.STATUS_SYNC
                        ? "%s/status-sync/%s?wait=%d".formatted(endpoint, id, wait)
                        : "%s/status/%s".formatted(endpoint, id);
        ServiceAnswer answer = client.call(call, id, path, wait, GeneratedBody.NONE);
        return known(answer, id, call) ? state(answer, id, call) : "";
    }

    private boolean known(ServiceAnswer answer, String id, Asked call) {
        if (answer.http() == 404) {
            log.add(new Unknown(answer.began(), answer.at(), id, call));
        }
        return answer.ok();
    }

    String state(ServiceAnswer answer, String id, Asked call) {
        JsonNode body = Objects.requireNonNull(answer.body());
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

    /** Polls until the job has ended, and once more. */
    private void stream(Customer customer, String id) throws InterruptedException {
        boolean counts = customer.way() == Way.STREAM_FROM;
        int next = 0;
        int afterEnd = 0;
        while (!over.getAsBoolean() && afterEnd < 2) {
            String path =
                    "%s/stream/%s?wait=%d%s"
                            .formatted(
                                    customer.endpoint(),
                                    id,
                                    customer.waitMillis(),
                                    counts ? "&from=" + next : "");
            ServiceAnswer answer =
                    client.call(Asked.STREAM, id, path, customer.waitMillis(), GeneratedBody.NONE);
            if (!known(answer, id, Asked.STREAM)) {
                Thread.sleep(LONGEST_PAUSE);
                continue;
            }
            JsonNode body = Objects.requireNonNull(answer.body());
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
            ServiceAnswer answer =
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
        ServiceAnswer answer =
                client.call(
                        Asked.RETRY,
                        id,
                        customer.endpoint() + "/retry/" + id,
                        0,
                        GeneratedBody.NONE);
        log.add(new Retried(answer.began(), answer.at(), id, answer.http()));
    }
}
