package io.heritage.sink.http;

import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.Found;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.reply.Answer;
import io.heritage.sink.store.ExpiredJob;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.streams.state.HostInfo;

/** Finds the job of a request, here or at the sink that has it. Any thread. */
final class JobLookup {
    static final Answer NO_JOB = new Answer.Refusal(404, "job not found");
    private static final Duration NOT_SERVING_PAUSE = Duration.ofMillis(100);

    private final JobDirectory directory;
    private final SinkPeers peers;

    JobLookup(JobDirectory directory, SinkPeers peers) {
        this.directory = directory;
        this.peers = peers;
    }

    /** Makes the answer about a job that this sink has. */
    @FunctionalInterface
    interface Then {
        Answer answer(TrackedJob job) throws Exception;
    }

    /** Answers with the job's current state; waits briefly for a job that may still be arriving. */
    Answer now(JobQuestion question, Then then) throws Exception {
        return find(question, Duration.ZERO, _ -> true, then);
    }

    /**
     * Answers when the job meets {@code awaited}, or with its state after the wait. Forwards the
     * question if another sink has the job; answers 404 if there is no such job.
     */
    Answer find(JobQuestion question, Duration wait, Predicate<TrackedJob> awaited, Then then)
            throws Exception {
        while (true) {
            try {
                return switch (directory.await(question.id(), wait, awaited)) {
                    case Found.Here(TrackedJob job) when question.mayConcern(job) ->
                            then.answer(job);
                    case Found.Expired(ExpiredJob job) when question.mayConcern(job) ->
                            expired(job);
                    case Found.Here _, Found.Expired _, Found.Nowhere _ -> NO_JOB;
                    case Found.Elsewhere(HostInfo sink) -> forward(sink, question);
                };
            } catch (NotServing e) {
                if (question.left().compareTo(NOT_SERVING_PAUSE) < 0) {
                    return new Answer.Unavailable(Objects.requireNonNull(e.getMessage()));
                }
                Thread.sleep(NOT_SERVING_PAUSE);
            }
        }
    }

    /** 404 as for an unknown job, which clients know; the text begins as that one's. */
    private static Answer expired(ExpiredJob job) {
        return new Answer.Refusal(
                404,
                "job not found: its result expired at " + job.at().truncatedTo(ChronoUnit.SECONDS));
    }

    private Answer forward(HostInfo sink, JobQuestion question)
            throws NotServing, InterruptedException {
        if (question.forwarded()) {
            throw new NotServing("the job's part of the store is being moved");
        }
        try {
            return new Answer.Forwarded(
                    peers.ask(sink, question.method(), question.pathAndQuery(), question.left()));
        } catch (IOException e) {
            throw new NotServing("the sink that has the job does not answer");
        }
    }
}
