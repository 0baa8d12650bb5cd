package io.heritage.sink.fold;

import io.heritage.schemas.Batch;
import io.heritage.schemas.Command;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.JobState;
import io.heritage.schemas.WorkerId;
import io.heritage.sink.queue.QueueOrder;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.Turns;
import io.heritage.sink.queue.WaitingPlaces;
import io.heritage.sink.store.BatchStore;
import io.heritage.sink.store.DivisionStore;
import io.heritage.sink.store.ExpiredJob;
import io.heritage.sink.store.JobsByDeadline;
import io.heritage.sink.store.JobsByPlace;
import io.heritage.transport.kafka.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the jobs of one partition, wakes who waits for them, and ten times a second does what is
 * due. Runs on a stream thread; every step may be repeated after a crash and then changes nothing.
 * A worker whose attempt does not count any more is told to stop.
 *
 * <p>What the sink decides itself (time-outs) is written to the log of events and takes effect when
 * it is read back from there, in the order all readers see.
 */
final class JobProcessor implements Processor<String, Fact, String, Outgoing> {
    private static final Logger LOG = LoggerFactory.getLogger(JobProcessor.class);
    static final Duration LOOKS = Duration.ofMillis(100);

    /** A worker is not to wait long for the next job. */
    private static final Duration TURNS = Duration.ofMillis(10);

    /** The most that clocks of machines differ; see docs/reliability.md, Clocks. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final Duration LOST_LOOKS = Duration.ofSeconds(5);
    private static final int LOOKED_AT_ONCE = 500;

    /** So many jobs of a purge are in memory at a time. */
    private static final int PURGED_AT_ONCE = 64;

    /** How long a purge can be asked after. */
    private static final Duration PURGE_KEPT = Duration.ofMinutes(10);

    private final JobRules rules;
    private final LostFromQueue lost;
    private final int laneShards;
    private final boolean lanesShared;
    private final Waiters waiters;
    private final Function<JobStore, WebhookCalls> webhooks;
    private final FoldPulse pulse;
    private final FoldProgress progress;
    private final QueueOrder order;
    private final Turns turns;
    private final FoldMeters meters;
    private final Clock clock;
    private final Map<JobId, PurgeTally> purges = new LinkedHashMap<>();

    /** Purges that may cover a submission that is still to come. */
    private final Set<JobId> openPurges = new HashSet<>();

    /**
     * Where jobs that now wait in their lane waited for their turn: as many as lanes have room for.
     */
    private final Map<JobId, QueuePlace> hadTurns = new LinkedHashMap<>();

    private Map<String, Long> passed = Map.of();
    private FoldProgress.@Nullable Position position;
    private Instant lookForLost = Instant.EPOCH;
    private Instant openedAt = Instant.EPOCH;
    private Turns.@Nullable Seat seat;
    private @Nullable ProcessorContext<String, Outgoing> context;
    private @Nullable JobStore states;
    private @Nullable PurgeStore purgeStore;
    private @Nullable DividedJobs divided;
    private @Nullable Batches batches;
    private @Nullable WebhookCalls calls;

    /**
     * @param webhooks for the jobs of a store
     */
    JobProcessor(
            JobRules rules,
            LostFromQueue lost,
            int laneShards,
            boolean lanesShared,
            Waiters waiters,
            Function<JobStore, WebhookCalls> webhooks,
            FoldPulse pulse,
            FoldProgress progress,
            QueueOrder order,
            Turns turns,
            FoldMeters meters,
            Clock clock) {
        this.rules = rules;
        this.lost = lost;
        this.laneShards = laneShards;
        this.lanesShared = lanesShared;
        this.waiters = waiters;
        this.webhooks = webhooks;
        this.pulse = pulse;
        this.progress = progress;
        this.order = order;
        this.turns = turns;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public void init(ProcessorContext<String, Outgoing> context) {
        this.context = context;
        KeyValueStore<String, byte[]> store = context.getStateStore(JobStore.STORE);
        this.openedAt = clock.instant();
        WaitingPlaces places = order.begin(this);
        Turns.Seat ofThis = turns.begin(places);
        this.seat = ofThis;
        this.states = new JobStore(store, places, ofThis::found);
        this.divided = new DividedJobs(new DivisionStore(store), this::forward, clock);
        this.batches =
                new Batches(
                        new BatchStore(store),
                        this::forward,
                        id -> Optional.ofNullable(states().get(id)),
                        clock);
        states().listJobsOfFormerVersions();
        this.calls = webhooks.apply(states());
        var purgesDone = new PurgeStore(store);
        this.purgeStore = purgesDone;
        purgesDone.all().forEach(tally -> purges.put(tally.purge().jobId(), tally));
        passed = purgesDone.passed();
        position = progress.begin(this, context.taskId().partition(), passed);
        purges.values().stream()
                .filter(this::isOpen)
                .forEach(t -> openPurges.add(t.purge().jobId()));
        pulse.beat(this);
        context.schedule(LOOKS, PunctuationType.WALL_CLOCK_TIME, _ -> look());
        if (lanesShared) {
            context.schedule(TURNS, PunctuationType.WALL_CLOCK_TIME, _ -> takeTurns());
        }
    }

    @Override
    public void process(Record<String, Fact> record) {
        pulse.beat(this);
        switch (record.value()) {
            case Fact.Submitted s -> {
                requireKey(record, s.job().id());
                submitted(s.job(), QueuePlace.of(record.headers()));
            }
            case Fact.Happened h -> {
                requireKey(record, h.event().jobId());
                happened(h.event(), offset());
                Objects.requireNonNull(position).events(offset() + 1);
            }
            case Fact.QueuesPassed p -> passed(p.passed());
        }
        takeTurns();
    }

    private static void requireKey(Record<String, Fact> record, JobId id) {
        if (!id.value().equals(record.key())) {
            throw new IllegalArgumentException(
                    "record key and job id differ: the message is about another job");
        }
    }

    /** Whoever waits here looks for the job's new owner. */
    @Override
    public void close() {
        pulse.end(this);
        progress.end(this);
        order.end(this);
        if (seat != null) {
            seat.end();
        }
        waiters.changedAll();
    }

    private void submitted(Job job, Optional<QueuePlace> place) {
        TrackedJob before = states().get(job.id());
        if (before == null && job.attemptsBefore() > 0) {
            return; // put back by a sink, and forgotten since: its retention is over
        }
        TrackedJob known = before == null ? unseen(job.id()) : before;
        boolean isNew = known.job() == null;
        TrackedJob after =
                isNew ? known.folded(known.record().submitted(job), clock.instant()) : known;
        boolean isLatest =
                job.attemptsBefore() >= Objects.requireNonNull(after.job()).attemptsBefore();
        if (place.isPresent()
                && isLatest
                && !hadItsTurn(after, job, place.get())
                && !place.get().equals(after.place())) {
            QueuePlace waited = after.place();
            after = purgedLate(takenOver(after, job).at(place.get()));
            if (waited != null && Topics.isWaiting(waited.topic()) && after.isWaitingInQueue()) {
                hadTurns.put(after.id(), waited);
                seat().arrives(place.get());
            }
        }
        if (!after.equals(known)) {
            settled(known, after);
        }
        if (isNew && after.record().isDivided()) {
            divided().ask(after);
        }
    }

    /** Its record among those that wait comes once more, after a crash. */
    private static boolean hadItsTurn(TrackedJob known, Job job, QueuePlace place) {
        return Topics.isWaiting(place.topic())
                && known.place() != null
                && job.attemptsBefore() == Objects.requireNonNull(known.job()).attemptsBefore();
    }

    /** The numbers of attempts that its turn has given it. */
    private static TrackedJob takenOver(TrackedJob known, Job job) {
        QueuePlace place = known.place();
        return place != null
                        && Topics.isWaiting(place.topic())
                        && job.attemptsBefore()
                                > Objects.requireNonNull(known.job()).attemptsBefore()
                ? known.withJob(job)
                : known;
    }

    private void happened(JobEvent event, long offset) {
        if (event instanceof JobEvent.BatchMoved moved) {
            batchMoved(moved);
            return;
        }
        TrackedJob before = states().get(event.jobId());
        switch (event) {
            case JobEvent.ResultExpires expires when before != null ->
                    put(before, before.expiring(expires.expiresAt()));
            case JobEvent.PartsStreamed streamed when before != null -> {
                put(
                        before,
                        before.streamed(streamed.attempt(), streamed.worker(), streamed.parts()));
                waiters.changed(before.id());
            }
            case JobEvent.ResultExpires _, JobEvent.PartsStreamed _ -> {}
            case JobEvent.QueuePurged purge -> purge(purge, offset);
            case JobEvent.PartMoved moved -> partMoved(before, moved);
            case JobEvent.Submitted s when s.job().batch() instanceof Batch.Member -> {
                if (before == null || !before.hasRead(offset)) {
                    memberSubmitted(before == null ? unseen(s.jobId()) : before, s, offset);
                }
            }
            default -> {
                if (before == null || !before.hasRead(offset)) {
                    folded(before == null ? unseen(event.jobId()) : before, event, offset);
                }
            }
        }
    }

    private void partMoved(@Nullable TrackedJob before, JobEvent.PartMoved moved) {
        TrackedJob after = divided().moved(before, moved);
        if (before != null && after != null && !after.equals(before)) {
            put(before, after);
            waiters.changed(after);
        }
    }

    /** The submission of a batch is large: it is read only where that is to be told. */
    private void batchMoved(JobEvent.BatchMoved moved) {
        if (batches().moved(states().withoutSubmission(moved.jobId()), moved)) {
            TrackedJob before = Objects.requireNonNull(states().get(moved.jobId()));
            TrackedJob after = batches().progressed(before);
            put(before, after);
            waiters.changed(after);
        }
    }

    /**
     * A batch makes one of its jobs, or asks where it stands: it may have been forgotten since. Or
     * the batch is another one of the same idempotency key, and it waits until nothing can come of
     * the job before.
     */
    private void memberSubmitted(TrackedJob known, JobEvent.Submitted event, long offset) {
        Job asked = event.job();
        Job before = known.job();
        if (before == null) {
            Optional<String> end = states().expired().get(asked.id()).flatMap(e -> e.endOf(asked));
            if (end.isPresent()) {
                batches().tellEnd(asked, end.get(), offset);
            } else {
                folded(known, event, offset);
            }
        } else if (!asked.submittedAt().isAfter(before.submittedAt())) { // a retry is later
            folded(known, event, offset);
        } else if (rules.isOver(known)) {
            divided().ended(known.id());
            states().remove(known);
            folded(unseen(known.id()), event, offset);
        }
    }

    private void folded(TrackedJob before, JobEvent event, long offset) {
        JobRecord record = before.record().apply(event);
        boolean retried = before.isFinished() && !record.state().isTerminal();
        TrackedJob folded =
                retried
                        ? before.retried(record, clock.instant())
                        : before.folded(record, heardAt(before, event));
        TrackedJob after = folded.readTo(offset);
        if (event instanceof JobEvent.PartReady ready && !before.record().isStale(event)) {
            states().parts().put(ready.jobId(), ready.attempt(), ready.index(), ready.part());
        }
        stopOthers(before, event, after);
        meters.happened(before, event, after);
        if (event instanceof JobEvent.Purged purged && after.isFinished() && !before.isFinished()) {
            forward(after.id(), Outgoing.command(new Command.Cancel(after.id(), purged.at())));
        }
        if (event instanceof JobEvent.Submitted
                && after.state() instanceof JobState.Queued
                && before.job() == null) {
            enqueueNew(Objects.requireNonNull(after.job()));
        }
        if (event instanceof JobEvent.Divided division
                && after.record().isDivided()
                && !before.record().isDivided()) {
            divided().divided(after, division);
        }
        settled(before, after);
        divided().tell(before, event, after);
        if (before.record().isDivided() && !after.record().isDivided()) {
            divided().ended(after.id());
        }
        if (event instanceof JobEvent.Submitted && before.job() != null) {
            batches().tell(before, after, true);
        }
        if (after.isBatch() && before.record().isDivided() != after.record().isDivided()) {
            batches().ask(after);
        }
        if (retried) {
            enqueueNew(Objects.requireNonNull(after.job()));
        }
        if (after.parts() == null && before.parts() != null) {
            states().parts().drop(after.id());
        }
    }

    /** What is submitted once more says nothing of whoever works on it. */
    private Instant heardAt(TrackedJob before, JobEvent event) {
        return event instanceof JobEvent.Submitted && before.job() != null
                ? before.heardAt()
                : clock.instant();
    }

    /**
     * Cancels all that waits and is covered, some at a time. Counters and tally are stored before
     * the jobs that they count, see {@link PurgeTally}.
     */
    private void purge(JobEvent.QueuePurged purge, long offset) {
        PurgeTally known = purges.get(purge.jobId());
        PurgeTally tally = known == null ? PurgeTally.begun(purge, clock.instant()) : known;
        keep(tally);
        if (isOpen(tally)) {
            openPurges.add(purge.jobId());
        }
        for (var queue : new TreeMap<>(purge.before()).entrySet()) {
            long from = 0;
            while (from < queue.getValue()) {
                pulse.beat(this);
                List<JobsByPlace.Entry> some =
                        states().byPlace().ofOwner(
                                        queue.getKey(),
                                        from,
                                        queue.getValue(),
                                        purge.owner(),
                                        PURGED_AT_ONCE);
                if (some.isEmpty()) {
                    break;
                }
                tally = purge(tally, some, offset);
                from = some.getLast().place().offset() + 1;
            }
        }
        tally = purgeWhoHadTurns(tally, offset);
        keep(tally.finished());
        LOG.atInfo()
                .addKeyValue("endpointId", purge.endpoint())
                .addKeyValue("removed", tally.removed())
                .log("queue purged");
    }

    private PurgeTally purge(PurgeTally before, List<JobsByPlace.Entry> found, long offset) {
        JobEvent.QueuePurged purge = before.purge();
        List<TrackedJob> jobs =
                found.stream()
                        .map(waiting -> states().get(waiting.job()))
                        .filter(tracked ->
                                tracked != null
                                        && !tracked.hasRead(offset)
                                        && isCovered(tracked, purge))
                        .toList();
        if (jobs.isEmpty()) {
            return before;
        }
        long uncounted =
                jobs.stream()
                        .filter(job -> !before.hasCounted(Objects.requireNonNull(job.place())))
                        .count();
        QueuePlace last = Objects.requireNonNull(jobs.getLast().place());
        states().counters().countPurged(
                        purge.endpoint(),
                        uncounted,
                        "%s %s %d".formatted(purge.jobId(), last.topic(), last.offset()));
        PurgeTally after = before.with(uncounted, last);
        keep(after);
        for (TrackedJob job : jobs) {
            TrackedJob cancelled =
                    job.folded(job.record().apply(purge.of(job.id())), clock.instant());
            TrackedJob next = withConsequences(job, cancelled.readTo(offset));
            states().putCounted(job, next, rules.nextLook(next));
            meters.settled(job, next);
            awaited(job, next);
        }
        return after;
    }

    /** Jobs whose turn came since the ends of the queues were asked: they waited then. */
    private PurgeTally purgeWhoHadTurns(PurgeTally before, long offset) {
        PurgeTally tally = before;
        for (var turn : Map.copyOf(hadTurns).entrySet()) {
            TrackedJob job = states().get(turn.getKey());
            QueuePlace waited = turn.getValue();
            if (job != null
                    && job.isWaitingInQueue()
                    && !job.hasRead(offset)
                    && before.purge()
                            .covers(
                                    Objects.requireNonNull(job.job()),
                                    waited.topic(),
                                    waited.offset())) {
                tally = tally.withLate(job.id());
                keep(tally);
                TrackedJob cancelled =
                        job.folded(
                                job.record().apply(before.purge().of(job.id())), clock.instant());
                settled(job, cancelled.readTo(offset));
            }
        }
        return tally;
    }

    private static boolean isCovered(TrackedJob tracked, JobEvent.QueuePurged purge) {
        return tracked.isWaitingInQueue()
                && purge.covers(
                        Objects.requireNonNull(tracked.job()),
                        Objects.requireNonNull(tracked.place()).topic(),
                        Objects.requireNonNull(tracked.place()).offset());
    }

    /** Cancels a job whose place is known only now, if an earlier purge covers it. */
    private TrackedJob purgedLate(TrackedJob tracked) {
        for (JobId open : openPurges) {
            PurgeTally tally = Objects.requireNonNull(purges.get(open));
            if (isCovered(tracked, tally.purge())) {
                keep(tally.withLate(tracked.id()));
                return tracked.folded(
                        tracked.record().apply(tally.purge().of(tracked.id())), clock.instant());
            }
        }
        return tracked;
    }

    private void keep(PurgeTally tally) {
        Objects.requireNonNull(purgeStore).put(tally);
        purges.put(tally.purge().jobId(), tally);
    }

    private void passed(Map<String, Long> offsets) {
        var next = new HashMap<>(passed);
        offsets.forEach((topic, offset) -> next.merge(topic, offset, Math::max));
        if (!next.equals(passed)) {
            passed = next;
            Objects.requireNonNull(purgeStore).putPassed(next);
            progress.passed(Objects.requireNonNull(position), next);
            openPurges.removeIf(id -> !isOpen(Objects.requireNonNull(purges.get(id))));
        }
    }

    private boolean isOpen(PurgeTally tally) {
        return !FoldProgress.reaches(passed, tally.purge().before());
    }

    /** A purge matters until all that it may cover is folded, and some time longer to who asked. */
    private void forgetPurges(Instant now) {
        purges.values()
                .removeIf(tally -> {
                    boolean over = !tally.seenAt().plus(PURGE_KEPT).isAfter(now) && !isOpen(tally);
                    if (over) {
                        Objects.requireNonNull(purgeStore).remove(tally);
                    }
                    return over;
                });
    }

    /** A start is where it shows that a worker has a job that it should not have, or no longer. */
    private void stopOthers(TrackedJob before, JobEvent event, TrackedJob after) {
        if (!(event instanceof JobEvent.Started started)) {
            return;
        }
        Instant now = clock.instant();
        JobId job = started.jobId();
        if (before.isFinished() && after.isFinished()) {
            forward(job, Outgoing.command(new Command.Cancel(job, now)));
        } else if (before.record().isStale(event)) {
            stop(job, now, started.attempt(), started.worker());
        } else if (before.state() instanceof JobState.Running running
                && !after.isSameAttempt(before)) {
            JobState.Execution replaced = running.execution();
            boolean sameAgain =
                    replaced.attempt() == started.attempt()
                            && replaced.worker().equals(started.worker());
            if (!sameAgain) {
                stop(job, now, replaced.attempt(), replaced.worker());
            }
        }
    }

    private void stop(JobId job, Instant now, int attempt, WorkerId worker) {
        forward(job, Outgoing.command(new Command.Stop(job, now, attempt, worker)));
    }

    /** What a change of state brings about, whether an event or the submission brought it. */
    private void settled(TrackedJob before, TrackedJob after) {
        TrackedJob next = withConsequences(before, after);
        put(before, next);
        meters.settled(before, next);
        awaited(before, next);
    }

    private TrackedJob withConsequences(TrackedJob before, TrackedJob after) {
        Job job = after.job();
        TrackedJob next = after;
        boolean handedBack =
                before.state() instanceof JobState.Running
                        && after.state() instanceof JobState.Queued
                        && after.record().unfinishedStarts() == before.record().unfinishedStarts();
        if (job != null && handedBack) {
            meters.requeued(job, FoldMeters.Back.HANDED_BACK);
            next = requeued(next, job);
        }
        if (job != null && after.isFinished() && job.webhook() != null && after.webhook() == null) {
            next = next.calling(WebhookState.pending(clock.instant()));
        }
        return next;
    }

    /** Whoever waits for it hears of what is stored now. */
    private void awaited(TrackedJob before, TrackedJob next) {
        if (next.isWaitingInQueue()) {
            QueuePlace place = Objects.requireNonNull(next.place());
            lost.waits(place);
            if (Topics.isWaiting(place.topic())) {
                hadTurns.remove(next.id());
                Job job = Objects.requireNonNull(next.job());
                seat().weighs(place, job.owner(), job.weight());
                seat().waits(place, job.owner());
            }
        } else {
            hadTurns.remove(next.id());
        }
        if (!before.isWebhookPending()) {
            calls().await(next);
        }
        batches().tell(before, next, false);
        waiters.changed(next);
    }

    private TrackedJob requeued(TrackedJob tracked, Job job) {
        Job again = job.requeuedAfter(job.attemptsUpTo(tracked.record().attempts()));
        enqueue(again);
        return tracked.requeued(again, clock.instant());
    }

    private void put(TrackedJob before, TrackedJob after) {
        states().put(before, after, rules.nextLook(after));
    }

    private void look() {
        pulse.beat(this);
        Instant now = clock.instant();
        calls().look(now, this::put);
        turns.look();
        takeTurns();
        batches().askMore();
        if (!lookForLost.isAfter(now)) {
            lookForLost = now.plus(LOST_LOOKS);
            forgetPurges(now);
            lost.find(states().byPlace(), now).forEach(this::putBack);
        }
        for (JobsByDeadline.Due due : states().due(now, LOOKED_AT_ONCE)) {
            try {
                look(due);
            } catch (KafkaException e) {
                throw e;
            } catch (RuntimeException e) { // one unreadable job must not stop the others
                states().dropEntry(due);
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("jobId", due.job())
                        .log("job record unreadable; skipping");
            }
        }
    }

    private void look(JobsByDeadline.Due due) {
        TrackedJob tracked = states().get(due.job());
        if (tracked == null || !isIndexedAt(tracked, due)) {
            states().dropEntry(due);
        } else {
            step(tracked);
        }
    }

    private static boolean isIndexedAt(TrackedJob tracked, JobsByDeadline.Due due) {
        return tracked.deadline() != null && due.isAt(tracked.deadline());
    }

    private void step(TrackedJob tracked) {
        switch (rules.stepOf(tracked)) {
            case JobRules.Step.Unchanged nothing -> looked(tracked, nothing.until());
            case JobRules.Step.Say say -> {
                forward(tracked.id(), Outgoing.event(say.event()));
                say.command().ifPresent(c -> forward(tracked.id(), Outgoing.command(c)));
                looked(tracked, say.until());
            }
            case JobRules.Step.Enqueue _ ->
                    put(tracked, requeued(tracked, Objects.requireNonNull(tracked.job())));
            case JobRules.Step.AskParts ask -> {
                if (tracked.isBatch()) {
                    batches().askAgain(tracked);
                } else {
                    divided().ask(tracked);
                }
                looked(tracked, ask.until());
            }
            case JobRules.Step.Forget _ -> {
                divided().ended(tracked.id());
                batches().forget(tracked.id());
                forget(tracked);
            }
        }
    }

    private void forget(TrackedJob tracked) {
        Optional<ExpiredJob> left = rules.leftOf(tracked);
        if (left.isPresent()) {
            states().remove(tracked, left.get());
        } else {
            states().remove(tracked);
        }
    }

    /** Its queue record is proved to be gone. */
    private void putBack(JobId id) {
        TrackedJob tracked = states().get(id);
        if (tracked == null || tracked.job() == null || !tracked.isWaitingInQueue()) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("jobId", id)
                .addKeyValue("endpointId", tracked.job().endpoint())
                .log("job that its queue has dropped put back into it");
        meters.requeued(tracked.job(), FoldMeters.Back.DROPPED);
        put(tracked, requeued(tracked, tracked.job()));
    }

    /** Its client wants it, unlike one that goes back: its owner may have others that wait. */
    private void enqueueNew(Job job) {
        if (lanesShared) {
            forward(job.id(), Outgoing.waiting(job));
        } else {
            enqueue(job);
        }
    }

    private void takeTurns() {
        for (QueuePlace place : seat().take()) {
            try {
                turn(place);
            } catch (KafkaException e) {
                throw e;
            } catch (RuntimeException e) { // one unreadable job must not stop the others
                seat().left(place);
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("topic", place.topic())
                        .addKeyValue("offset", place.offset())
                        .log("job record unreadable; skipping");
            }
        }
    }

    /** It stays where it waits until it is read from its lane. */
    private void turn(QueuePlace place) {
        TrackedJob tracked = states().byPlace().at(place).map(id -> states().get(id)).orElse(null);
        Job job = tracked == null ? null : tracked.job();
        if (tracked == null
                || job == null
                || !tracked.isWaitingInQueue()
                || !place.equals(tracked.place())) {
            seat().left(place);
            return;
        }
        seat().weighs(place, job.owner(), job.weight());
        Job turn =
                isFirstTurn(tracked, job)
                        ? job
                        : job.requeuedAfter(job.attemptsUpTo(tracked.record().attempts()));
        int shard = (int) (place.offset() % laneShards); // one after the other
        forward(job.id(), Outgoing.turn(turn, shard));
    }

    /**
     * Whether no other sink, nor this one before a crash, can have given the job its turn, for it
     * came in since, whatever clocks say. Then there is one record for workers, and they need not
     * look for another attempt.
     */
    private boolean isFirstTurn(TrackedJob tracked, Job job) {
        return tracked.record().attempts() == 0
                && job.submittedAt().isAfter(openedAt.plus(CLOCK_SKEW));
    }

    private void enqueue(Job job) {
        forward(job.id(), Outgoing.again(job, laneShards));
    }

    private void looked(TrackedJob tracked, Instant next) {
        states().putLooked(tracked, tracked, next);
    }

    /** Offset of the event being folded, in its partition of the log. */
    private long offset() {
        return Objects.requireNonNull(context).recordMetadata().orElseThrow().offset();
    }

    private void forward(JobId job, Outgoing outgoing) {
        Objects.requireNonNull(context)
                .forward(new Record<>(job.value(), outgoing, clock.millis()));
    }

    private TrackedJob unseen(JobId id) {
        return TrackedJob.unseen(id, clock.instant());
    }

    private DividedJobs divided() {
        return Objects.requireNonNull(divided);
    }

    private Batches batches() {
        return Objects.requireNonNull(batches);
    }

    private WebhookCalls calls() {
        return Objects.requireNonNull(calls);
    }

    private Turns.Seat seat() {
        return Objects.requireNonNull(seat);
    }

    private JobStore states() {
        return Objects.requireNonNull(states);
    }
}
