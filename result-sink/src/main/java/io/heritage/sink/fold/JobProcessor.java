package io.heritage.sink.fold;

import io.heritage.schemas.JobId;
import io.heritage.sink.queue.QueueOrder;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.Turns;
import io.heritage.sink.queue.WaitingPlaces;
import io.heritage.sink.store.BatchStore;
import io.heritage.sink.store.DivisionStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Folds the jobs of one partition, wakes who waits for them, and ten times a second does what is
 * due. Runs on a stream thread; every step may be repeated after a crash and then changes nothing.
 * A worker whose attempt does not count any more is told to stop.
 *
 * <p>What the sink decides itself (time-outs) is written to the log of events and takes effect when
 * it is read back from there, in the order all readers see.
 */
final class JobProcessor implements Processor<String, Fact, String, Outgoing> {
    static final Duration LOOKS = Duration.ofMillis(100);

    /** Short, so that a worker does not wait long for the next job. */
    private static final Duration TURNS = Duration.ofMillis(10);

    private static final Duration LOST_LOOKS = Duration.ofSeconds(5);

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

    private Instant lookForLost = Instant.EPOCH;
    private Turns.@Nullable Seat seat;
    private @Nullable ProcessorContext<String, Outgoing> context;
    private @Nullable Opened opened;

    /** The parts that work on the partition, once it is opened. */
    private record Opened(
            SubmissionFold submissions,
            EventFold events,
            PartitionPurges purges,
            PartitionTurns turns,
            DueJobs due,
            JobTransitions transitions,
            Batches batches,
            WebhookCalls calls,
            FoldProgress.Position position) {}

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
        Instant openedAt = clock.instant();
        WaitingPlaces places = order.begin(this);
        Turns.Seat ofThis = turns.begin(places);
        this.seat = ofThis;
        this.opened =
                open(
                        context.getStateStore(JobStore.STORE),
                        context.taskId().partition(),
                        places,
                        ofThis,
                        openedAt);
        pulse.beat(this);
        context.schedule(LOOKS, PunctuationType.WALL_CLOCK_TIME, _ -> look());
        if (lanesShared) {
            context.schedule(TURNS, PunctuationType.WALL_CLOCK_TIME, _ -> opened().turns().take());
        }
    }

    private Opened open(
            KeyValueStore<String, byte[]> store,
            int partition,
            WaitingPlaces places,
            Turns.Seat seat,
            Instant openedAt) {
        var states = new JobStore(store, places, seat::found);
        var divided = new DividedJobs(new DivisionStore(store), this::forward, clock);
        var batches =
                new Batches(
                        new BatchStore(store),
                        this::forward,
                        id -> Optional.ofNullable(states.get(id)),
                        clock);
        states.listJobsOfFormerVersions();
        WebhookCalls calls = webhooks.apply(states);
        var queues = new QueueWriter(laneShards, lanesShared, this::forward, clock);
        var partitionTurns = new PartitionTurns(seat, states, queues, openedAt);
        var transitions =
                new JobTransitions(
                        rules,
                        states,
                        queues,
                        partitionTurns,
                        lost,
                        calls,
                        batches,
                        waiters,
                        meters,
                        clock);
        var purges =
                new PartitionPurges(
                        new PurgeStore(store),
                        states,
                        partitionTurns,
                        transitions,
                        () -> pulse.beat(this),
                        clock);
        return new Opened(
                new SubmissionFold(states, transitions, partitionTurns, purges, divided, clock),
                new EventFold(
                        rules,
                        states,
                        transitions,
                        queues,
                        purges,
                        divided,
                        batches,
                        new StopOrders(this::forward, clock),
                        meters,
                        clock),
                purges,
                partitionTurns,
                new DueJobs(
                        rules, states, transitions, lost, divided, batches, meters, this::forward),
                transitions,
                batches,
                calls,
                progress.begin(this, partition, purges.passed()));
    }

    @Override
    public void process(Record<String, Fact> record) {
        pulse.beat(this);
        switch (record.value()) {
            case Fact.Submitted s -> {
                requireKey(record, s.job().id());
                opened().submissions().fold(s.job(), QueuePlace.of(record.headers()));
            }
            case Fact.Happened h -> {
                requireKey(record, h.event().jobId());
                opened().events().fold(h.event(), offset());
                opened().position().events(offset() + 1);
            }
            case Fact.QueuesPassed p ->
                    opened().purges()
                            .passed(p.passed())
                            .ifPresent(all -> progress.passed(opened().position(), all));
        }
        opened().turns().take();
    }

    private static void requireKey(Record<String, Fact> record, JobId id) {
        if (!id.value().equals(record.key())) {
            throw new IllegalArgumentException(
                    "record key and job id differ: the message is about another job");
        }
    }

    /** Wakes waiting requests, which then look for the job's new owner. */
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

    private void look() {
        pulse.beat(this);
        Instant now = clock.instant();
        opened().calls().look(now, opened().transitions()::put);
        turns.look();
        opened().turns().take();
        opened().batches().askMore();
        if (!lookForLost.isAfter(now)) {
            lookForLost = now.plus(LOST_LOOKS);
            opened().purges().forget(now);
            opened().due().putLostBack(now);
        }
        opened().due().look(now);
    }

    /** Offset of the event being folded, in its partition of the log. */
    private long offset() {
        return Objects.requireNonNull(context).recordMetadata().orElseThrow().offset();
    }

    private void forward(JobId job, Outgoing outgoing) {
        Objects.requireNonNull(context)
                .forward(new Record<>(job.value(), outgoing, clock.millis()));
    }

    private Opened opened() {
        return Objects.requireNonNull(opened);
    }
}
