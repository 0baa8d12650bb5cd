package io.heritage.sink.scale;

import java.time.Duration;
import java.util.Optional;

/**
 * How many flex workers an endpoint should have. A scaler that starts {@code flex - running} of
 * them and lets each exit by itself after an idle time (KEDA's {@code ScaledJob}, strategy {@code
 * default}) then behaves as RunPod's serverless endpoints do. What runs always counts, so the
 * number never falls below the workers that are busy.
 */
public final class ScalingRule {
    /** From this number on, workers that died before they took a job are not an accident. */
    static final int CRASH_LOOP = 3;

    private ScalingRule() {}

    /** Workers beyond the active ones, 0 to {@code max - active}. */
    public static int flex(Demand demand, ScalingTarget target) {
        if (isCrashing(demand)) {
            return 0;
        }
        long wanted = Math.max(needed(demand, target), demand.running());
        return (int) Math.clamp(wanted - target.active(), 0L, target.max() - target.active());
    }

    /** Whether workers die as they start, so that more of them would not help. */
    public static boolean isCrashing(Demand demand) {
        return demand.deadBeforeReady() >= CRASH_LOOP;
    }

    private static long needed(Demand demand, ScalingTarget target) {
        return switch (target.type()) {
            case REQUEST_COUNT ->
                    (long) Math.ceil((demand.queue() + demand.running()) / target.value());
            case QUEUE_DELAY -> Math.max(demand.running() + demand.waitedLong(), first(demand));
            case AUTO -> Math.max(ahead(demand, target), first(demand));
        };
    }

    /** Without any worker a job will wait too long, so a worker is started at once. */
    private static long first(Demand demand) {
        return demand.queue() > 0 && demand.workers() == 0 ? 1 : 0;
    }

    /**
     * The number of workers that finish all work within the start time of one more worker, or the
     * allowed wait if that is longer. A queue that drains sooner starts none.
     */
    private static long ahead(Demand demand, ScalingTarget target) {
        Optional<Duration> work = demand.work();
        if (work.isEmpty()) {
            return demand.queue() + demand.running();
        }
        double within = Math.max(target.patience().toMillis(), target.coldStart().toMillis()) / 1e3;
        long jobs = demand.queue() + demand.running();
        return Math.min(jobs, (long) Math.ceil(work.get().toMillis() / 1e3 / within));
    }
}
