package io.heritage.processor.job;

import io.heritage.processor.device.Watchdog;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ErrorCode;
import io.heritage.schemas.Job;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.log.Sent;
import io.heritage.transport.media.DiskFull;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs and runs them one at a time on the thread that owns the device. The end of a job is
 * reported first, then the job is removed from the queue; the next job waits for neither. No
 * exception of a job ends the loop.
 */
public final class JobLoop {
    private static final Logger LOG = LoggerFactory.getLogger(JobLoop.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final JobQueue queue;
    private final Runnable requireDisk;
    private boolean paused;
    private final Admission admission;
    private final Attempts attempts;
    private final Map<EndpointKind, JobHandler> handlers;
    private final OutputStep last;
    private final Heartbeat heartbeat;
    private final Watchdog watchdog;
    private final Shutdown shutdown;
    private final EndsUnderWay ends = new EndsUnderWay();

    /** Makes an attempt at a claimed job, given its number. */
    @FunctionalInterface
    public interface Attempts {
        Attempt at(ClaimedJob claim, int number);
    }

    /**
     * @param requireDisk throws {@link DiskFull} while there is no room for results
     */
    public JobLoop(
            JobQueue queue,
            Runnable requireDisk,
            Admission admission,
            Attempts attempts,
            Map<EndpointKind, JobHandler> handlers,
            OutputStep last,
            Heartbeat heartbeat,
            Watchdog watchdog,
            Shutdown shutdown) {
        this.queue = queue;
        this.requireDisk = requireDisk;
        this.admission = admission;
        this.attempts = attempts;
        this.handlers = handlers;
        this.last = last;
        this.heartbeat = heartbeat;
        this.watchdog = watchdog;
        this.shutdown = shutdown;
    }

    /**
     * Returns when a stop is requested. An exception of the queue or the event log ends the loop
     * and gives the current job back to the queue.
     */
    public void run() throws InterruptedException {
        while (!shutdown.isRequested()) {
            ends.check();
            takeOne();
        }
        ends.awaitAll();
    }

    private void takeOne() throws InterruptedException {
        if (isDiskFull()) {
            shutdown.await(PAUSE);
            return;
        }
        var taken = queue.take(POLL);
        heartbeat.joined(queue.unjoined().isEmpty());
        if (taken.isPresent()) {
            try (ClaimedJob claim = taken.get()) {
                heartbeat.running(claim.job().id());
                watchdog.begin();
                settle(claim);
            } finally {
                watchdog.end();
                heartbeat.idle();
            }
        }
    }

    /** Leaves jobs in their queue while there is no room for their results. */
    private boolean isDiskFull() {
        try {
            requireDisk.run();
            if (paused) {
                LOG.atInfo().log("disk has room again; taking jobs");
            }
            paused = false;
        } catch (DiskFull e) {
            if (!paused) {
                LOG.atError()
                        .addKeyValue("folder", e.folder())
                        .addKeyValue("error", e.getMessage())
                        .log("taking no jobs until the disk has room");
            }
            paused = true;
        }
        return paused;
    }

    /** A claim that is not finished here goes back to the queue for another attempt. */
    private void settle(ClaimedJob claim) throws InterruptedException {
        switch (admission.of(claim)) {
            case Admission.Verdict.Skip(String reason) -> {
                LOG.atInfo()
                        .addKeyValue("jobId", claim.job().id())
                        .addKeyValue("reason", reason)
                        .log("job skipped");
                claim.finishWhen(Sent.done());
            }
            case Admission.Verdict.Fail(int number, String error) -> {
                finish(claim, attempts.at(claim, number).failed(error, ErrorCode.WORKER_LOST));
            }
            case Admission.Verdict.Run(int number) -> run(claim, attempts.at(claim, number));
        }
    }

    private void run(ClaimedJob claim, Attempt attempt) throws InterruptedException {
        try (var _ = attempt.started()) {
            runStarted(claim, attempt);
        } finally {
            attempt.left();
        }
    }

    private void runStarted(ClaimedJob claim, Attempt attempt) throws InterruptedException {
        LOG.atInfo().addKeyValue("jobId", claim.job().id()).log("job started");
        long began = System.nanoTime();
        try {
            JobAnswer answer = handlerOf(claim.job()).run(attempt);
            attempt.checkpoint();
            finish(
                    claim,
                    switch (answer) {
                        case JobAnswer.Output output ->
                                attempt.completed(last.after(attempt, output.payload()));
                        case JobAnswer.InParts parts -> attempt.divided(parts.division());
                    });
            LOG.atInfo()
                    .addKeyValue("jobId", claim.job().id())
                    .addKeyValue("seconds", secondsSince(began))
                    .log(answer instanceof JobAnswer.Output ? "job completed" : "job divided");
        } catch (WorkStopped stopped) {
            stopped(claim, attempt, stopped.reason());
        } catch (DiskFull e) {
            LOG.atError()
                    .addKeyValue("jobId", claim.job().id())
                    .addKeyValue("error", e.getMessage())
                    .log("job handed back");
            finish(claim, attempt.handedBack());
        } catch (TransportUnavailable e) {
            throw e;
        } catch (InterruptedException e) {
            throw e;
        } catch (InterruptedIOException e) {
            throw new InterruptedException(e.getMessage());
        } catch (Throwable e) {
            String error = FailureText.of(e, claim.job());
            finish(claim, attempt.failed(error, FailureText.codeOf(e)));
            LOG.atInfo()
                    .addKeyValue("jobId", claim.job().id())
                    .addKeyValue("error", error.replace('\n', ' '))
                    .addKeyValue("seconds", secondsSince(began))
                    .log("job failed");
        }
    }

    /**
     * Removes the job from the queue once its end is in the log; the next job begins before that.
     */
    private void finish(ClaimedJob claim, Sent end) {
        claim.finishWhen(end);
        ends.add(end);
    }

    private static double secondsSince(long began) {
        return Math.round((System.nanoTime() - began) / 1e6) / 1e3;
    }

    private JobHandler handlerOf(Job job) {
        JobHandler handler = handlers.get(job.kind());
        if (handler == null) {
            throw new JobFailed(
                    "this processor has no handler for jobs of kind " + job.kind().wireName());
        }
        return handler;
    }

    private void stopped(ClaimedJob claim, Attempt attempt, WorkStopped.Reason reason) {
        LOG.atInfo()
                .addKeyValue("jobId", claim.job().id())
                .addKeyValue("reason", reason)
                .log("job stopped");
        switch (reason) {
            case EXECUTION_TIMEOUT ->
                    finish(
                            claim,
                            attempt.failed(
                                    "executionTimeout exceeded", ErrorCode.EXECUTION_TIMEOUT));
            case SHUTDOWN -> finish(claim, attempt.handedBack());
            // reported by the sink, or by the worker that gets the job now
            case CANCELLED, EXPIRED, SUPERSEDED -> {
                attempt.stopped(reason);
                claim.finishWhen(Sent.done());
            }
            // it may still be ours: then it goes back instead of out of the queue
            case CLAIM_LOST -> attempt.stopped(reason);
        }
    }
}
