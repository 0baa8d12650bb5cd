package io.heritage.chaos;

import io.heritage.chaos.Disturbance.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Schedule of faults, derived from the seed. */
final class FaultPlan {
    private static final long STOPPED = 20_000;
    private static final long SLOW = 15_000;
    private static final long SHIFTED = 40_000;
    private static final long FULL = 15_000;

    /** Time in which a cluster of three recovers from the loss of one. */
    private static final long BROKERS_APART = 45_000;

    /**
     * @param part number of the part among all of its kind, counted from 0 and taken modulo
     * @param lasts duration of the fault
     */
    record Fault(long at, Kind kind, Part.Kind part, int number, long lasts, long clockOffset) {}

    private final SplittableRandom random;
    private long nextBroker;

    private FaultPlan(long seed) {
        this.random = new SplittableRandom(seed ^ 0x5eedfa17L);
    }

    /**
     * @param firstAfter the load began
     * @param apart mean time between two faults
     */
    static List<Fault> of(long seed, Duration length, Duration firstAfter, Duration apart) {
        return new FaultPlan(seed).faults(length, firstAfter, apart);
    }

    private List<Fault> faults(Duration length, Duration firstAfter, Duration apart) {
        var faults = new ArrayList<Fault>();
        long at = firstAfter.toMillis();
        while (at < length.toMillis()) {
            faults.add(fault(at));
            at += random.nextLong(apart.toMillis() / 2, apart.toMillis() * 3 / 2);
        }
        return List.copyOf(faults);
    }

    private Fault fault(long at) {
        int n = random.nextInt(100);
        int number = random.nextInt(6);
        Part.Kind part = part(at);
        if (n < 56) {
            return new Fault(at, Kind.KILL, part, number, random.nextLong(200, 4000), 0);
        }
        if (n < 74) {
            return new Fault(at, Kind.STOP, part, number, STOPPED, 0);
        }
        if (n < 84) {
            Part.Kind before = part == Part.Kind.PROCESSOR ? Part.Kind.GATEWAY : part;
            return new Fault(at, Kind.SLOW_NETWORK, before, number, SLOW, 0);
        }
        if (n < 92) {
            Part.Kind shifted = part == Part.Kind.BROKER ? Part.Kind.SINK : part;
            long offset = random.nextBoolean() ? 60_000 : -60_000;
            return new Fault(at, Kind.CLOCK, shifted, number, SHIFTED, offset);
        }
        return new Fault(
                at,
                Kind.FULL_DISK,
                part == Part.Kind.BROKER ? part : Part.Kind.SINK,
                number,
                FULL,
                0);
    }

    private Part.Kind part(long at) {
        int n = random.nextInt(100);
        if (n < 20 && at >= nextBroker) {
            nextBroker = at + BROKERS_APART;
            return Part.Kind.BROKER;
        }
        return n < 60 ? Part.Kind.PROCESSOR : n < 80 ? Part.Kind.SINK : Part.Kind.GATEWAY;
    }
}
