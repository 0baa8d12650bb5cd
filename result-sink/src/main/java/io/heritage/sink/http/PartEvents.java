package io.heritage.sink.http;

import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.Found;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.reply.Answer;
import io.heritage.sink.reply.JobReply;
import io.heritage.sink.store.ResultParts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a result as events, as they become ready, and the end of the job. Their ids tell the
 * attempt and how many of its parts have been told with it; parts of a later attempt begin anew.
 * Nobody is given fewer parts because of it. Used by one thread.
 */
final class PartEvents implements Answer.NextParts {
    /** In one burst, unless a single part is larger. */
    private static final long MOST_BYTES = 8 << 20;

    private final JobDirectory directory;
    private final JobId id;
    private final Runnable closing;
    private final long until = System.nanoTime() + EventWriter.LONGEST.toNanos();

    /** 0 as long as none has begun. */
    private int attempt;

    private int told;

    /**
     * @param lastEventId id of the last event that the caller has heard; empty for none
     * @param from the first part to be told if it has heard none
     * @param closing run once when the stream ends
     */
    PartEvents(
            JobDirectory directory,
            TrackedJob job,
            String lastEventId,
            int from,
            Runnable closing) {
        this.directory = directory;
        this.id = job.id();
        this.closing = closing;
        if (lastEventId.matches("\\d{1,9}-\\d{1,9}")) {
            String[] heard = lastEventId.split("-");
            attempt = Integer.parseInt(heard[0]);
            told = Integer.parseInt(heard[1]);
        } else {
            attempt = job.attempt();
            told = from;
        }
    }

    /** A job that has moved to another sink, or a store that has, ends without an end event. */
    @Override
    public Answer.Burst next() throws InterruptedException {
        if (System.nanoTime() > until) {
            return Answer.Burst.LAST;
        }
        try {
            Duration wait = EventWriter.HEARTBEAT;
            return switch (directory.await(id, wait, job -> isOver(job) || hasMore(job))) {
                case Found.Here(TrackedJob job) -> burst(job);
                case Found.Elsewhere _, Found.Expired _, Found.Nowhere _ -> Answer.Burst.LAST;
            };
        } catch (NotServing moved) {
            return Answer.Burst.LAST;
        }
    }

    private boolean hasMore(TrackedJob job) {
        return job.hasPartsAfter(toldOf(job));
    }

    private boolean isOver(TrackedJob job) {
        return job.isFinished() && !hasMore(job);
    }

    private int toldOf(TrackedJob job) {
        boolean begunMeanwhile = attempt == 0;
        return begunMeanwhile || job.attempt() == attempt ? told : 0;
    }

    private Answer.Burst burst(TrackedJob job) throws NotServing {
        ResultParts parts = directory.parts(job, toldOf(job), MOST_BYTES);
        told = toldOf(job);
        attempt = job.attempt();
        List<Answer.PartEvent> events = new ArrayList<>();
        for (Payload part : parts.payloads()) {
            told++;
            events.add(new Answer.PartEvent("part", attempt + "-" + told, JobReply.part(part)));
        }
        boolean over = isOver(job);
        if (over) {
            events.add(
                    new Answer.PartEvent(
                            "end", attempt + "-" + told, JobReply.streamEnd(job.record())));
        }
        return new Answer.Burst(events, over);
    }

    @Override
    public void close() {
        closing.run();
    }
}
