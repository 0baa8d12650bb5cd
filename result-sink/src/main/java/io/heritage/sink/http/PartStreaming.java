package io.heritage.sink.http;

import io.heritage.schemas.JobEvent;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.reply.Answer;
import io.heritage.sink.reply.JobReply;
import io.heritage.sink.reply.ReplyBody;
import io.heritage.sink.store.ResultParts;
import io.heritage.transport.log.EventLog;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /stream} of one job (docs/spec/runpod.md, section 1.7). Any thread. */
final class PartStreaming {
    private static final Logger LOG = LoggerFactory.getLogger(PartStreaming.class);

    /** In one answer, unless a single part is larger; the rest is for the next. */
    private static final long MOST_BYTES = 8 << 20;

    private final JobLookup lookup;
    private final JobDirectory directory;
    private final EventLog events;
    private final Duration foldedWithin;
    private final Clock clock;
    private final StreamTurns turns = new StreamTurns();
    private final GivenParts given = new GivenParts();

    /**
     * @param foldedWithin how long the end of an answer waits for the fold to know that its parts
     *     were given
     */
    PartStreaming(
            JobLookup lookup,
            JobDirectory directory,
            EventLog events,
            Duration foldedWithin,
            Clock clock) {
        this.lookup = lookup;
        this.directory = directory;
        this.events = events;
        this.foldedWithin = foldedWithin;
        this.clock = clock;
    }

    /**
     * Checks first that the job is the caller's, because a turn keeps other callers waiting.
     *
     * @param from index of the first part, given or not; without it those not given yet
     */
    Answer answer(JobQuestion question, OptionalInt from) throws Exception {
        return lookup.now(
                question,
                _ -> from.isPresent() ? from(question, from.getAsInt()) : notGivenYet(question));
    }

    private Answer from(JobQuestion question, int from) throws Exception {
        return lookup.find(
                question,
                question.left(),
                job -> job.isFinished() || job.hasPartsAfter(from),
                job -> reply(question, job, directory.parts(job, from, MOST_BYTES)));
    }

    private Answer notGivenYet(JobQuestion question) throws Exception {
        StreamTurns.Turn turn = turns.take(question.id(), question.left());
        boolean turnGoesOn = false;
        try {
            Answer answer =
                    lookup.find(
                            question,
                            question.left(),
                            job ->
                                    job.isFinished()
                                            || job.hasPartsAfter(given.next(job, question.call())),
                            job -> next(question, job, turn));
            turnGoesOn = answer instanceof Answer.Delivery;
            return answer;
        } finally {
            if (!turnGoesOn) {
                turn.close();
            }
        }
    }

    private Answer next(JobQuestion question, TrackedJob job, StreamTurns.Turn turn)
            throws NotServing {
        int from = given.next(job, question.call());
        ResultParts parts =
                turn.isMine() ? directory.parts(job, from, MOST_BYTES) : ResultParts.none(from);
        return parts.payloads().isEmpty()
                ? reply(question, job, parts)
                : new Answer.Delivery(
                        question.owner(),
                        body(job, parts),
                        new MarkGiven(
                                job,
                                parts.next(),
                                new JobEvent.StreamCall(question.call(), from),
                                turn));
    }

    private static Answer reply(JobQuestion question, TrackedJob job, ResultParts parts) {
        return new Answer.Reply(question.owner(), body(job, parts));
    }

    private static ReplyBody body(TrackedJob job, ResultParts parts) {
        return JobReply.stream(job.record(), parts.payloads(), job.hasPartsAfter(parts.next()));
    }

    /** The parts count as given; the next caller's turn begins once it can see that. */
    private final class MarkGiven implements Answer.Effect {
        private final TrackedJob job;
        private final int parts;
        private final JobEvent.StreamCall call;
        private final StreamTurns.Turn turn;

        MarkGiven(TrackedJob job, int parts, JobEvent.StreamCall call, StreamTurns.Turn turn) {
            this.job = job;
            this.parts = parts;
            this.call = call;
            this.turn = turn;
        }

        @Override
        public void beforeLastByte() throws InterruptedException {
            events.append(
                    new JobEvent.PartsStreamed(
                            job.id(), clock.instant(), job.attempt(), job.worker(), parts, call));
            if (!isSoonKnown()) {
                given.ahead(job, parts, call);
            }
        }

        private boolean isSoonKnown() throws InterruptedException {
            try {
                return directory.await(job.id(), foldedWithin, this::isKnown)
                                instanceof JobDirectory.Found.Here(TrackedJob now)
                        && isKnown(now);
            } catch (NotServing e) {
                LOG.atDebug()
                        .setCause(e)
                        .log("job moved; its new owner reads the given parts from the log");
                return false;
            }
        }

        private boolean isKnown(TrackedJob now) {
            return !now.isSameAttempt(job) || now.partsSoFar().streamed() >= parts;
        }

        @Override
        public void close() {
            turn.close();
        }
    }
}
