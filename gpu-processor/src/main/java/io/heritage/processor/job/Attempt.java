package io.heritage.processor.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.observe.trace.TraceScope;
import io.heritage.processor.device.Watchdog;
import io.heritage.processor.job.WorkStopped.Reason;
import io.heritage.schemas.Division;
import io.heritage.schemas.ErrorCode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.log.Sent;
import io.heritage.transport.queue.ClaimedJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One run of a job on this worker: decides when it has to stop, and reports its events. Device
 * thread only, except {@link #partReady} and {@link #ranOutOfMemory}.
 */
public final class Attempt implements WorkObserver {
    private static final Duration PROGRESS_PACE = Duration.ofMillis(500);

    private final ClaimedJob claim;
    private final int number;
    private final WorkerId worker;
    private final EventLog events;
    private final Cancellations cancellations;
    private final BooleanSupplier stopping;
    private final Watchdog watchdog;
    private final AttemptMeters meters;
    private final Clock clock;
    private final Instant startedAt;
    private Instant nextProgress = Instant.MIN;
    private long progressSequence;
    private int partIndex;

    /**
     * @param number counts from 1, see {@link JobEvent}
     * @param stopping whether the processor has to stop and must hand the job back
     * @param watchdog is told of each checkpoint
     * @param meters of this attempt alone
     */
    public Attempt(
            ClaimedJob claim,
            int number,
            WorkerId worker,
            EventLog events,
            Cancellations cancellations,
            BooleanSupplier stopping,
            Watchdog watchdog,
            AttemptMeters meters,
            Clock clock) {
        this.claim = claim;
        this.number = number;
        this.worker = worker;
        this.events = events;
        this.cancellations = cancellations;
        this.stopping = stopping;
        this.watchdog = watchdog;
        this.meters = meters;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    public Job job() {
        return claim.job();
    }

    private JobId id() {
        return claim.job().id();
    }

    /**
     * @throws WorkStopped with the reason, if the attempt has to stop
     */
    @Override
    public void checkpoint() {
        watchdog.pass();
        Optional<Reason> reason = reasonToStop();
        if (reason.isPresent()) {
            throw new WorkStopped(reason.get());
        }
    }

    private Optional<Reason> reasonToStop() {
        if (cancellations.contains(job())) {
            return Optional.of(Reason.CANCELLED);
        }
        if (cancellations.isStopped(id(), number, worker)) {
            return Optional.of(Reason.SUPERSEDED);
        }
        if (!claim.held()) {
            return Optional.of(Reason.CLAIM_LOST);
        }
        Instant now = clock.instant();
        if (!now.isBefore(job().expiresAt().plus(Admission.CLOCK_SKEW))) {
            return Optional.of(Reason.EXPIRED);
        }
        if (!now.isBefore(startedAt.plus(job().policy().executionTimeout()))) {
            return Optional.of(Reason.EXECUTION_TIMEOUT);
        }
        return stopping.getAsBoolean() ? Optional.of(Reason.SHUTDOWN) : Optional.empty();
    }

    /**
     * @return closed by the caller after the attempt, however it ended
     */
    TraceScope started() {
        TraceScope scope = meters.began(startedAt);
        events.post(new JobEvent.Started(id(), startedAt, number, worker));
        return scope;
    }

    /** Ends the attempt, even if its end was not reported. */
    void left() {
        meters.left();
    }

    /** Notes the model that the job asks for; called before the first stage. */
    public void uses(PublishedModel model) {
        meters.uses(model);
    }

    @Override
    public void ranOutOfMemory(String step) {
        meters.ranOutOfMemory(step);
    }

    /** Posts at most two events a second, without waiting for Kafka. */
    @Override
    public void progress(WorkProgress progress) {
        meters.in(progress.stage());
        Instant now = clock.instant();
        if (now.isBefore(nextProgress)) {
            return;
        }
        nextProgress = now.plus(PROGRESS_PACE);
        ObjectNode value =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("progress", Math.round(progress.fraction() * 100) / 100.0)
                        .put("stage", progress.stage())
                        .put("frames_done", progress.framesDone())
                        .put("frames_total", progress.framesTotal());
        events.post(new JobEvent.Progress(id(), now, number, worker, progressSequence++, value));
    }

    /** Reports a part of the result whose media is durable. One thread at a time. */
    public void partReady(Payload part) {
        events.post(
                new JobEvent.PartReady(id(), clock.instant(), number, worker, partIndex++, part));
    }

    /** Sends the end to the log, without waiting, as for the other ends. */
    Sent completed(Payload output) {
        meters.ended("completed");
        return events.send(new JobEvent.Completed(id(), clock.instant(), number, worker, output));
    }

    /** The attempt has ended; the job continues in its parts. */
    Sent divided(Division division) {
        meters.ended("divided");
        return events.send(new JobEvent.Divided(id(), clock.instant(), number, worker, division));
    }

    Sent failed(String error, ErrorCode code) {
        meters.failed(code.name().toLowerCase(Locale.ROOT));
        return events.send(
                new JobEvent.Failed(id(), clock.instant(), number, worker, error, code.output()));
    }

    /** The attempt has ended; the sink or another worker reports the job's end. */
    void stopped(Reason reason) {
        meters.ended(reason.name().toLowerCase(Locale.ROOT));
    }

    Sent handedBack() {
        meters.ended("handed_back");
        return events.send(new JobEvent.HandedBack(id(), clock.instant(), number, worker));
    }
}
