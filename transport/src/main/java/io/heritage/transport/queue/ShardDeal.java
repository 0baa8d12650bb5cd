package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.Lane;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deals the jobs of a lane to its shards, each to the one with the fewest waiting jobs per worker.
 * The numbers are read while jobs come in, at most every two seconds per lane: for the first job in
 * its own thread, later in the background. If they are unknown, the id decides. A share of the
 * jobs, chosen by id, goes to the canary's shard while its workers keep up. Any thread.
 */
public final class ShardDeal {
    private static final Logger LOG = LoggerFactory.getLogger(ShardDeal.class);
    private static final Duration ASKED_EVERY = Duration.ofSeconds(2);

    private final int shards;
    private final Set<EndpointId> modelLanes;
    private final int canaryPercent;
    private final LaneShards asked;
    private final Executor background;
    private final ConcurrentMap<LaneKey, QueueView> views = new ConcurrentHashMap<>();

    private record LaneKey(EndpointId endpoint, Lane lane) {}

    /**
     * @param shards of each lane
     * @param modelLanes endpoints whose jobs go into the lane of the model that they name
     * @param canaryPercent of jobs that may go to the canary's shard
     */
    ShardDeal(
            int shards,
            Set<EndpointId> modelLanes,
            int canaryPercent,
            LaneShards asked,
            Executor background) {
        this.shards = shards;
        this.modelLanes = Set.copyOf(modelLanes);
        this.canaryPercent = canaryPercent;
        this.asked = asked;
        this.background = background;
    }

    /** The shard of an id if no numbers are known. */
    public static int byId(Job job, int shards) {
        return Math.floorMod(job.id().value().hashCode(), shards);
    }

    /** The shard of a new job. */
    public int shardOf(Job job) {
        return isForCanary(job) && viewFor(job).giveToCanary()
                ? Topics.CANARY_SHARD
                : ofModel(job, modelLanes).orElseGet(() -> dealt(job));
    }

    /** Returns the same for every gateway, and for a job that is submitted twice. */
    private boolean isForCanary(Job job) {
        return Math.floorMod(job.id().value().hashCode(), 100) < canaryPercent;
    }

    /** The shard of the model that a job names; empty if it names none, or its lane has none. */
    public static OptionalInt ofModel(Job job, Set<EndpointId> modelLanes) {
        return modelLanes.contains(job.endpoint())
                ? job.namedModel()
                        .map(Topics::shardOf)
                        .map(OptionalInt::of)
                        .orElse(OptionalInt.empty())
                : OptionalInt.empty();
    }

    private int dealt(Job job) {
        if (shards == 1) {
            return 0;
        }
        return viewFor(job).next(job);
    }

    private QueueView viewFor(Job job) {
        QueueView view =
                views.computeIfAbsent(
                        new LaneKey(job.endpoint(), job.policy().lane()), QueueView::new);
        view.refresh();
        return view;
    }

    private final class QueueView {
        private final LaneKey lane;
        private final AtomicBoolean asking = new AtomicBoolean();
        private volatile Dealt dealt =
                new Dealt(List.of(), System.nanoTime() - ASKED_EVERY.toNanos(), Map.of());

        QueueView(LaneKey lane) {
            this.lane = lane;
        }

        /**
         * @param at when Kafka was asked, {@link System#nanoTime}
         * @param more dealt to a shard since
         */
        private record Dealt(List<LaneShard> shards, long at, Map<Integer, AtomicLong> more) {

            void count(int shard) {
                more.getOrDefault(shard, new AtomicLong()).incrementAndGet();
            }

            boolean isOld() {
                return System.nanoTime() - at >= ASKED_EVERY.toNanos();
            }
        }

        void refresh() {
            if (dealt.isOld() && asking.compareAndSet(false, true)) {
                if (dealt.shards().isEmpty()) {
                    ask(); // else the first job may go to a shard without a worker
                } else {
                    background.execute(this::ask);
                }
            }
        }

        private void ask() {
            Dealt before = dealt;
            try {
                List<LaneShard> now =
                        asked.of(lane.endpoint(), lane.lane()).stream()
                                .filter(shard -> shard.number() < shards || shard.isCanary())
                                .toList();
                var more = new ConcurrentHashMap<Integer, AtomicLong>();
                now.forEach(shard -> more.put(shard.number(), new AtomicLong()));
                dealt = new Dealt(now, System.nanoTime(), more);
            } catch (TransportUnavailable e) {
                dealt = new Dealt(before.shards(), System.nanoTime(), before.more());
                LOG.atDebug().setCause(e).log("cannot read the shards of a lane; will retry");
            } finally {
                asking.set(false);
            }
        }

        /**
         * Whether another job goes to the canary: one of its workers is free, or no other shard has
         * fewer jobs per worker.
         */
        boolean giveToCanary() {
            Dealt now = dealt;
            boolean keepsUp =
                    now.shards().stream()
                            .filter(LaneShard::isCanary)
                            .anyMatch(canary -> canary.members() > 0 && keepsUp(canary, now));
            if (keepsUp) {
                now.count(Topics.CANARY_SHARD);
            }
            return keepsUp;
        }

        private static boolean keepsUp(LaneShard canary, Dealt now) {
            double jobs = canary.jobsPerMember(dealtTo(now, canary) + 1);
            return jobs <= 1
                    || now.shards().stream()
                            .filter(shard -> !shard.isCanary())
                            .allMatch(shard -> jobs <= shard.jobsPerMember(dealtTo(now, shard)));
        }

        int next(Job job) {
            Dealt now = dealt;
            int first = byId(job, shards);
            int shard =
                    now.shards().stream()
                            .filter(s -> !s.isCanary())
                            .min(
                                    Comparator.<LaneShard>comparingDouble(
                                                    s -> s.jobsPerMember(dealtTo(now, s)))
                                            .thenComparingLong(
                                                    s -> s.unfinished() + dealtTo(now, s))
                                            .thenComparingInt(
                                                    s -> Math.floorMod(s.number() - first, shards)))
                            .map(LaneShard::number)
                            .orElse(first);
            now.count(shard);
            return shard;
        }

        private static long dealtTo(Dealt now, LaneShard shard) {
            AtomicLong more = now.more().get(shard.number());
            return more == null ? 0 : more.get();
        }
    }
}
