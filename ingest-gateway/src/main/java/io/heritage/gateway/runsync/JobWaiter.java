package io.heritage.gateway.runsync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.gateway.connection.ClientConnection;
import io.heritage.gateway.error.ClientGone;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyFields;
import io.heritage.schemas.Wire;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A caller that waits for the end of its job. Used by the caller's thread and the tail's. */
final class JobWaiter implements AutoCloseable {
    /** The connection is watched only if an answer takes longer. */
    private static final Duration WATCH_AFTER = Duration.ofMillis(200);

    private final JobId id;
    private final JobTail tail;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private JobRecord record;
    private boolean askTheSink;
    private int heldBytes;

    JobWaiter(JobId id, JobTail tail) {
        this.id = id;
        this.tail = tail;
        this.record = JobRecord.unseen(id);
    }

    JobId id() {
        return id;
    }

    /** Sets the job as it was queued. */
    void submitted(Job job) {
        lock.lock();
        try {
            record = record.submitted(withoutInput(job));
        } finally {
            lock.unlock();
        }
    }

    /** Drops the input, which the reply does not need and may be large. */
    private static Job withoutInput(Job job) {
        return new Job(
                job.id(),
                job.endpoint(),
                job.kind(),
                job.owner(),
                Payload.ofJson(MissingNode.getInstance()),
                job.policy(),
                job.webhook(),
                job.reply(),
                job.submittedAt(),
                job.attemptsBefore());
    }

    /**
     * @param bytes of the event as it was read
     */
    void hear(JobEvent event, int bytes) {
        if (event instanceof JobEvent.Progress || event instanceof JobEvent.PartReady) {
            return; // not needed for the end of a job
        }
        lock.lock();
        try {
            if (isOver()) {
                return;
            }
            boolean ended = record.state().isTerminal();
            record = record.apply(event);
            if (!ended && record.state().isTerminal()) {
                if (tail.hold(bytes)) {
                    heldBytes = bytes;
                } else {
                    askTheSink = true;
                }
            }
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Notes that events may be missed from now on. */
    void askTheSink() {
        lock.lock();
        try {
            if (!record.state().isTerminal()) {
                askTheSink = true;
                news.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the end of the job.
     *
     * @return the body of the reply; empty if the sink must be asked for the job's state, or if the
     *     wait is over
     * @throws ClientGone as soon as the client hangs up
     */
    Optional<byte[]> await(Duration wait, ClientConnection client) {
        long deadline = System.nanoTime() + wait.toNanos();
        awaitUntil(Math.min(deadline, System.nanoTime() + WATCH_AFTER.toNanos()), client);
        if (!ended()) {
            client.watch(this::wake);
            awaitUntil(deadline, client);
        }
        return reply();
    }

    private void awaitUntil(long deadline, ClientConnection client) {
        lock.lock();
        try {
            long left;
            while (!isOver() && (left = deadline - System.nanoTime()) > 0) {
                if (client.gone()) {
                    throw new ClientGone();
                }
                var _ = news.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HttpFailure.unavailable("the gateway is closing; jobs continue, try again");
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean ended() {
        lock.lock();
        try {
            return isOver();
        } finally {
            lock.unlock();
        }
    }

    private boolean isOver() {
        return askTheSink || (record.state().isTerminal() && record.job() != null);
    }

    /** As {@link #await}, from the current state. */
    Optional<byte[]> reply() {
        JobRecord end;
        lock.lock();
        try {
            if (askTheSink || !isOver()) {
                return Optional.empty();
            }
            end = record;
        } finally {
            lock.unlock();
        }
        if (!(end.state() instanceof JobState.Terminal ended)) {
            return Optional.empty();
        }
        Map<String, Payload> fields =
                ReplyFields.status(end, ended.at(), ReplyFields.OutputForm.WITHOUT_MEDIA);
        return fields.values().stream().allMatch(field -> field.media().isEmpty())
                ? Optional.of(json(fields))
                : Optional.empty();
    }

    private static byte[] json(Map<String, Payload> fields) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        fields.forEach((name, field) -> body.set(name, field.body()));
        try {
            return Wire.json().writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write a reply as JSON", e);
        }
    }

    /** Called when the caller has its answer. */
    @Override
    public void close() {
        tail.remove(this);
        lock.lock();
        try {
            askTheSink = true;
            tail.release(heldBytes);
            heldBytes = 0;
            record = JobRecord.unseen(id); // so that references to this waiter keep no result
        } finally {
            lock.unlock();
        }
    }
}
