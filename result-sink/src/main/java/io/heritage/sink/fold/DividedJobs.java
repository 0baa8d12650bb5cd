package io.heritage.sink.fold;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Command;
import io.heritage.schemas.Division;
import io.heritage.schemas.ErrorCode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.JobState;
import io.heritage.schemas.PartNews;
import io.heritage.schemas.Payload;
import io.heritage.sink.store.DivisionStore;
import io.heritage.sink.store.PartState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Leads a divided job to its end (docs/long-videos.md). Its parts are jobs of their own, which may
 * be folded in other partitions: parent and parts know of each other only by events, every one of
 * which may be lost with a crash or come twice. So a parent says again what has had no effect, a
 * part answers each time where it stands, and what comes twice changes nothing.
 *
 * <p>Used by the stream thread that owns the partition.
 */
final class DividedJobs {
    /** Delay of the first question to the parts; later ones follow at growing intervals. */
    static final Duration FIRST_ASKED_AFTER = Duration.ofSeconds(30);

    private static final Duration ASKED_AT_LEAST_EVERY = Duration.ofMinutes(10);

    /** Number of times that a failed part is run again, alone. */
    private static final int PART_RETRIES = 2;

    /** Only every n-th step of a part's progress is reported to its parent. */
    private static final int TOLD_PROGRESS = 4;

    /** Minimum interval between sums of the progress. */
    private static final Duration PROGRESS_PACE = Duration.ofMillis(500);

    private final DivisionStore store;
    private final BiConsumer<JobId, Outgoing> say;
    private final Clock clock;

    /**
     * @param say sends what is said to a job under its id
     */
    DividedJobs(DivisionStore store, BiConsumer<JobId, Outgoing> say, Clock clock) {
        this.store = store;
        this.say = say;
        this.clock = clock;
    }

    /**
     * Time of the next question to the parts.
     *
     * @param since when the job was divided, or before
     */
    static Instant nextAsked(Instant since, Instant now) {
        Duration pause = Duration.between(since, now).dividedBy(10);
        if (pause.compareTo(FIRST_ASKED_AFTER) < 0) {
            return now.plus(FIRST_ASKED_AFTER);
        }
        return now.plus(pause.compareTo(ASKED_AT_LEAST_EVERY) > 0 ? ASKED_AT_LEAST_EVERY : pause);
    }

    /**
     * An attempt has divided the job. Where its submission is still to come, {@link #ask} is for
     * then.
     *
     * @param parent as it is now
     */
    void divided(TrackedJob parent, JobEvent.Divided event) {
        JobEvent.Divided before = store.get(parent.id());
        if (before != null && before.attempt() != event.attempt()) {
            ended(parent.id()); // a crash came between the end of that attempt and this
        }
        store.put(event);
        if (parent.job() != null) {
            ask(parent);
        }
    }

    /** Sends the unfinished parts again: to the queue, or for an answer. */
    void ask(TrackedJob parent) {
        JobEvent.Divided event = store.get(parent.id());
        if (event == null) {
            return;
        }
        Job job = Objects.requireNonNull(parent.job());
        for (int i = 0; i < segments(event); i++) {
            PartNews latest = store.part(parent.id(), i).latest();
            if (latest == null || latest instanceof PartNews.Unfinished) {
                submit(Division.segment(job, event, i));
            } else {
                follow(parent, event, i);
            }
        }
        if (isRestored(event)) {
            join(parent, event);
        }
    }

    private void submit(Job part) {
        say.accept(
                part.id(), Outgoing.event(new JobEvent.Submitted(part, part.submittedAt(), null)));
    }

    /**
     * Handles a change of a part.
     *
     * @param parent null if nothing is known of it
     * @return the parent with the progress of all its parts
     */
    @Nullable TrackedJob moved(@Nullable TrackedJob parent, JobEvent.PartMoved moved) {
        JobEvent.Divided event = store.get(moved.jobId());
        if (event == null || event.attempt() != moved.attempt()) {
            if (moved.news() instanceof PartNews.Unfinished) {
                cancel(JobPart.id(moved.jobId(), moved.attempt(), moved.index()));
            }
            return parent;
        }
        if (parent == null || !parent.record().isDivided()) {
            ended(moved.jobId()); // a crash came between its end and this
            return parent;
        }
        PartState before = store.part(moved.jobId(), moved.index());
        PartState after = before.after(moved.news(), frames(event, moved.index()));
        if (!after.equals(before)) {
            store.put(moved.jobId(), moved.index(), after);
        }
        follow(parent, event, moved.index());
        if (moved.index() < segments(event)
                && after.latest() instanceof PartNews.Done
                && isRestored(event)) {
            join(parent, event);
        }
        return progressed(parent, event, moved.news());
    }

    /** Acts on the new state of a part. */
    private void follow(TrackedJob parent, JobEvent.Divided event, int index) {
        PartState state = store.part(parent.id(), index);
        switch (state.latest()) {
            case PartNews.Done done when index == segments(event) ->
                    say.accept(
                            parent.id(),
                            Outgoing.event(
                                    new JobEvent.Completed(
                                            parent.id(),
                                            clock.instant(),
                                            event.attempt(),
                                            event.worker(),
                                            done.output())));
            case PartNews.Failed failed when state.failures() <= PART_RETRIES -> {
                JobId part = JobPart.id(parent.id(), event.attempt(), index);
                say.accept(
                        part,
                        Outgoing.event(
                                new JobEvent.Retried(
                                        part,
                                        clock.instant(),
                                        failed.endedAt(),
                                        failed.attempts())));
            }
            case PartNews.Failed failed ->
                    fail(parent, event, index, failed.error(), failed.output());
            case PartNews.Stopped stopped ->
                    fail(parent, event, index, stopped.why(), ErrorCode.INTERNAL.output());
            case PartNews.Done _, PartNews.Unfinished _ -> {}
            case null -> {}
        }
    }

    private void fail(
            TrackedJob parent,
            JobEvent.Divided event,
            int index,
            String error,
            @Nullable JsonNode output) {
        say.accept(
                parent.id(),
                Outgoing.event(
                        new JobEvent.Failed(
                                parent.id(),
                                clock.instant(),
                                event.attempt(),
                                null,
                                named(event, index) + error,
                                output)));
    }

    private static String named(JobEvent.Divided event, int index) {
        if (index == segments(event)) {
            return "joining the segments: ";
        }
        JobPart.Segment segment = event.division().segments().get(index);
        return "frames %d to %d: ".formatted(segment.from(), segment.to() - 1);
    }

    private void join(TrackedJob parent, JobEvent.Divided event) {
        PartState state = store.part(parent.id(), segments(event));
        if (state.latest() == null || state.latest() instanceof PartNews.Unfinished) {
            List<Payload> outputs = new ArrayList<>();
            for (int i = 0; i < segments(event); i++) {
                if (store.part(parent.id(), i).latest() instanceof PartNews.Done done) {
                    outputs.add(done.output());
                }
            }
            submit(Division.join(Objects.requireNonNull(parent.job()), event, outputs));
        } else {
            follow(parent, event, segments(event));
        }
    }

    private boolean isRestored(JobEvent.Divided event) {
        return done(event) == segments(event);
    }

    private int done(JobEvent.Divided event) {
        int done = 0;
        for (int i = 0; i < segments(event); i++) {
            done += store.part(event.jobId(), i).latest() instanceof PartNews.Done ? 1 : 0;
        }
        return done;
    }

    private TrackedJob progressed(TrackedJob parent, JobEvent.Divided event, PartNews news) {
        Instant now = clock.instant();
        if (news instanceof PartNews.Unfinished
                && parent.state() instanceof JobState.Running running
                && running.progress() != null
                && running.heardAt().plus(PROGRESS_PACE).isAfter(now)) {
            return parent;
        }
        return parent.withRecord(parent.record().partsProgressed(now, progress(event)));
    }

    private ObjectNode progress(JobEvent.Divided event) {
        long frames = 0;
        for (int i = 0; i < segments(event); i++) {
            frames += store.part(event.jobId(), i).framesDone();
        }
        long total = event.division().frames();
        int done = done(event);
        return JsonNodeFactory.instance
                .objectNode()
                .put("progress", Math.round(100.0 * frames / total) / 100.0)
                .put("stage", done == segments(event) ? "join" : "segments")
                .put("frames_done", frames)
                .put("frames_total", total)
                .put("segments_done", done)
                .put("segments", segments(event));
    }

    /** The parent is no longer divided: its parts and their results are not needed. */
    void ended(JobId parent) {
        JobEvent.Divided event = store.get(parent);
        if (event == null) {
            return;
        }
        Instant now = clock.instant();
        for (int i = 0; i <= segments(event); i++) {
            JobId part = JobPart.id(parent, event.attempt(), i);
            PartNews latest = store.part(parent, i).latest();
            if (!(latest instanceof PartNews.Done) && (i < segments(event) || latest != null)) {
                cancel(part);
            }
            say.accept(part, Outgoing.event(new JobEvent.ResultExpires(part, now, now)));
        }
        store.drop(event);
    }

    private void cancel(JobId part) {
        Instant now = clock.instant();
        say.accept(part, Outgoing.event(new JobEvent.Cancelled(part, now)));
        say.accept(part, Outgoing.command(new Command.Cancel(part, now)));
    }

    /**
     * Tells the parent of a part, where the job is one.
     *
     * @param event that was folded
     */
    void tell(TrackedJob before, JobEvent event, TrackedJob after) {
        JobPart part = after.job() == null ? null : after.job().part();
        if (part == null) {
            return;
        }
        boolean moved =
                event instanceof JobEvent.Submitted
                        || isToBeTold(event)
                        || !before.state().getClass().equals(after.state().getClass());
        if (moved) {
            say.accept(
                    part.parent(),
                    Outgoing.event(
                            new JobEvent.PartMoved(
                                    part.parent(),
                                    clock.instant(),
                                    part.attempt(),
                                    part.index(),
                                    PartNews.of(after.record()))));
        }
    }

    /** Workers report progress twice a second. */
    private static boolean isToBeTold(JobEvent event) {
        return event instanceof JobEvent.Progress progress
                && progress.sequence() % TOLD_PROGRESS == 0;
    }

    private static int segments(JobEvent.Divided event) {
        return event.division().segments().size();
    }

    private static long frames(JobEvent.Divided event, int index) {
        return index < segments(event) ? event.division().segments().get(index).frames() : 0;
    }
}
