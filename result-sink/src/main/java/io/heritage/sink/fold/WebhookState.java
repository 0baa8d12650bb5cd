package io.heritage.sink.fold;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * State of a job's webhook call; kept with the job, so it survives a restart.
 *
 * @param attempts made so far, since the job ended or somebody asked for another call
 * @param nextAt not before this time; meaningless once the outcome is known
 * @param detail of the last attempt: a status code or a kind of error
 * @param log of the newest attempts, the oldest first; null in records of versions without
 */
record WebhookState(
        int attempts,
        Instant nextAt,
        Outcome outcome,
        String detail,
        @Nullable List<Delivery> log) {
    static final int LOGGED = 10;

    enum Outcome {
        PENDING,
        DELIVERED,
        GIVEN_UP
    }

    /** One attempt that has been made. */
    record Delivery(Instant at, String detail) {}

    static WebhookState pending(Instant now) {
        return new WebhookState(0, now, Outcome.PENDING, "", null);
    }

    /** Due again, as if it had never been called. */
    WebhookState again(Instant now) {
        return new WebhookState(0, now, Outcome.PENDING, detail, log);
    }

    /**
     * @param pauses before the second, third, … attempt
     */
    WebhookState after(WebhookCall.Result result, Instant now, List<Duration> pauses) {
        int made = attempts + 1;
        List<Delivery> logged = logged(new Delivery(now, result.detail()));
        return switch (result) {
            case WebhookCall.Delivered d ->
                    new WebhookState(made, now, Outcome.DELIVERED, d.detail(), logged);
            case WebhookCall.Refused r ->
                    new WebhookState(made, now, Outcome.GIVEN_UP, r.detail(), logged);
            case WebhookCall.Failed f ->
                    made > pauses.size()
                            ? new WebhookState(made, now, Outcome.GIVEN_UP, f.detail(), logged)
                            : new WebhookState(
                                    made,
                                    now.plus(pauses.get(made - 1)),
                                    Outcome.PENDING,
                                    f.detail(),
                                    logged);
        };
    }

    private List<Delivery> logged(Delivery last) {
        List<Delivery> all =
                Stream.concat(log == null ? Stream.of() : log.stream(), Stream.of(last)).toList();
        return all.subList(Math.max(0, all.size() - LOGGED), all.size());
    }

    /** As clients read it. */
    ObjectNode describe() {
        ObjectNode state =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        if (outcome == Outcome.PENDING) {
            state.put("nextAt", nextAt.toString());
        }
        ArrayNode deliveries = state.putArray("deliveries");
        for (Delivery delivery : log == null ? List.<Delivery>of() : log) {
            deliveries
                    .addObject()
                    .put("at", delivery.at().toString())
                    .put("result", delivery.detail());
        }
        return state;
    }
}
