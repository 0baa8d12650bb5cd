package io.heritage.sink.http;

import io.heritage.schemas.Control;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.WorkerId;
import io.heritage.sink.fold.WorkerPresence.Present;
import io.heritage.sink.reply.Answer;
import io.heritage.transport.log.Controls;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /pause}, {@code /resume} and {@code /workers/W/drain}. A change is durable when it is
 * answered; workers hear of it within moments. Any thread.
 */
final class Operators {
    private static final Logger LOG = LoggerFactory.getLogger(Operators.class);

    /** How long a worker that is gone stays drained, in case it comes back. */
    static final Duration DRAINED_KNOWN = Duration.ofDays(30);

    private static final int FORGOTTEN_AT_ONCE = 10;
    private static final Answer NO_WORKER = new Answer.Refusal(404, "worker not found");

    private final Controls controls;
    private final WorkerList workers;
    private final Duration heardWithin;
    private final Clock clock;

    /**
     * @param heardWithin how long an answer waits until this sink has read the change
     */
    Operators(Controls controls, WorkerList workers, Duration heardWithin, Clock clock) {
        this.controls = controls;
        this.workers = workers;
        this.heardWithin = heardWithin;
        this.clock = clock;
    }

    /** Pausing a paused endpoint changes nothing, and keeps the time of the first pause. */
    Answer pause(EndpointId endpoint, String owner, boolean paused) throws InterruptedException {
        if (!paused || controls.pausedSince(endpoint).isEmpty()) { // another sink may know more
            set(new Control.Pause(endpoint, paused, clock.instant()), owner);
        }
        return new Answer.Json(Pauses.of(controls, endpoint));
    }

    /**
     * @param allowed endpoints that the caller may use; empty for all
     */
    Answer drain(
            EndpointId endpoint,
            String owner,
            WorkerId worker,
            boolean draining,
            Set<String> allowed)
            throws InterruptedException {
        Optional<Present> found = workers.find(endpoint, worker);
        if (found.isEmpty()) {
            return NO_WORKER;
        }
        for (EndpointId served : found.get().status().endpoints()) {
            if (!allowed.isEmpty() && !allowed.contains(served.value())) {
                return new Answer.Refusal(
                        403,
                        "this key may not use the endpoint %s, which the worker serves too"
                                .formatted(served));
            }
        }
        set(new Control.Drain(worker, draining, clock.instant()), owner);
        forgetGone();
        return workers.of(endpoint, owner, worker).<Answer>map(Answer.Json::new).orElse(NO_WORKER);
    }

    /** Forgets workers that are gone: most have a new name at each start and never come back. */
    private void forgetGone() throws InterruptedException {
        Instant now = clock.instant();
        List<WorkerId> gone =
                controls.drainedBefore(now.minus(DRAINED_KNOWN)).stream()
                        .map(Control.Drain::worker)
                        .filter(worker -> !workers.isPresent(worker))
                        .limit(FORGOTTEN_AT_ONCE)
                        .toList();
        for (WorkerId worker : gone) {
            set(new Control.Drain(worker, false, now), "");
        }
    }

    private void set(Control control, String owner) throws InterruptedException {
        boolean heard = controls.set(control, heardWithin);
        LOG.atInfo()
                .addKeyValue("control", control)
                .addKeyValue("owner", owner)
                .addKeyValue("heard", heard)
                .log("switched by an operator");
    }
}
