package io.heritage.sink.fold;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How far the call of a job's webhook has come; kept with the job, so it survives a restart.
 *
 * @param attempts made so far
 * @param nextAt not before this time; meaningless once the outcome is known
 * @param detail of the last attempt: a status code or a kind of error
 */
record WebhookState(int attempts, Instant nextAt, Outcome outcome, String detail) {

    enum Outcome {
        PENDING,
        DELIVERED,
        GIVEN_UP
    }

    static WebhookState pending(Instant now) {
        return new WebhookState(0, now, Outcome.PENDING, "");
    }

    /**
     * @param pauses before the second, third, … attempt
     */
    WebhookState after(WebhookCall.Result result, Instant now, List<Duration> pauses) {
        int made = attempts + 1;
        return switch (result) {
            case WebhookCall.Delivered d ->
                    new WebhookState(made, now, Outcome.DELIVERED, d.detail());
            case WebhookCall.Refused r -> new WebhookState(made, now, Outcome.GIVEN_UP, r.detail());
            case WebhookCall.Failed f ->
                    made > pauses.size()
                            ? new WebhookState(made, now, Outcome.GIVEN_UP, f.detail())
                            : new WebhookState(
                                    made,
                                    now.plus(pauses.get(made - 1)),
                                    Outcome.PENDING,
                                    f.detail());
        };
    }
}
