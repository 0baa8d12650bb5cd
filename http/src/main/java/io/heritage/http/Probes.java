package io.heritage.http;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * Liveness, start and readiness of this process. Liveness does not depend on Kafka, because a
 * restart would not help. Any thread.
 */
public final class Probes {
    private final List<Check> live = new CopyOnWriteArrayList<>();
    private final List<Check> ready = new CopyOnWriteArrayList<>();
    private volatile Phase phase = Phase.STARTING;

    private enum Phase {
        STARTING,
        RUNNING,
        STOPPING
    }

    private record Check(String name, BooleanSupplier passes) {}

    /** Result of a probe. */
    record Outcome(boolean up, Map<String, Boolean> checks) {}

    /**
     * @param passes false if only a new process helps; must answer at once
     */
    public void live(String name, BooleanSupplier passes) {
        live.add(new Check(name, passes));
    }

    /**
     * @param passes false while no work should be sent here; may take a second
     */
    public void ready(String name, BooleanSupplier passes) {
        ready.add(new Check(name, passes));
    }

    /** Marks this process as started. */
    public void started() {
        phase = Phase.RUNNING;
    }

    /** Makes this process not ready, so that load balancers use others. */
    public void stopping() {
        phase = Phase.STOPPING;
    }

    Outcome isLive() {
        return outcome(true, live);
    }

    Outcome isReady() {
        return outcome(phase == Phase.RUNNING, ready);
    }

    Outcome isStarted() {
        return outcome(phase != Phase.STARTING, List.of());
    }

    private static Outcome outcome(boolean otherwise, List<Check> checks) {
        var results = new java.util.TreeMap<String, Boolean>();
        checks.forEach(check ->
                results.merge(check.name(), check.passes().getAsBoolean(), Boolean::logicalAnd));
        return new Outcome(otherwise && !results.containsValue(false), results);
    }
}
