package io.heritage.chaos;

import io.heritage.chaos.FaultPlan.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Injects faults, each on its own thread, and records them. */
final class Faults {
    private static final Duration LATENCY = Duration.ofMillis(150);

    private final Cluster cluster;
    private final ObservationLog log;
    private final Map<String, Disk> disks;
    private final List<Disturbance> done = new ArrayList<>();
    private final Set<String> disturbed = new HashSet<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * @param disks of the parts that have one of their own
     */
    Faults(Cluster cluster, ObservationLog log, Map<String, Disk> disks) {
        this.cluster = cluster;
        this.log = log;
        this.disks = Map.copyOf(disks);
    }

    /** Returns at once. */
    void start(List<Fault> faults) {
        long start = log.now();
        for (Fault fault : faults) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    Thread.sleep(Math.max(0, start + fault.at() - log.now()));
                                    begin(fault);
                                } catch (InterruptedException _) {
                                    Thread.currentThread().interrupt();
                                } catch (IOException e) {
                                    throw new IllegalStateException(e);
                                }
                            }));
        }
    }

    /** Until all are over. */
    void await() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void begin(Fault fault) throws InterruptedException, IOException {
        List<Part> parts =
                cluster.parts(fault.part()).stream()
                        .filter(p ->
                                fault.kind() != Disturbance.Kind.FULL_DISK
                                        || disks.containsKey(p.name()))
                        .toList();
        if (parts.isEmpty()) {
            return; // no right to mount
        }
        Part part = parts.get(fault.number() % parts.size());
        synchronized (this) {
            if (!disturbed.add(part.name())) {
                return; // one fault at a time is enough for a part
            }
        }
        try {
            System.err.printf("%7d ms %s %s%n", log.now(), fault.kind(), part.name());
            long from = log.now();
            bringAbout(fault, part);
            note(new Disturbance(fault.kind(), part.name(), from, log.now()));
        } finally {
            synchronized (this) {
                disturbed.remove(part.name());
            }
        }
    }

    private void bringAbout(Fault fault, Part part) throws InterruptedException, IOException {
        switch (fault.kind()) {
            case KILL -> kill(part, fault.lasts());
            case STOP -> {
                part.signal("STOP");
                Thread.sleep(fault.lasts());
                part.signal("CONT");
            }
            case SLOW_NETWORK -> {
                List<Proxy> proxies = cluster.proxies(fault.part());
                Proxy proxy = proxies.get(fault.number() % proxies.size());
                proxy.slow(LATENCY);
                Thread.sleep(fault.lasts());
                proxy.slow(Duration.ZERO);
            }
            case CLOCK -> {
                cluster.shiftClock(part, fault.clockOffset());
                kill(part, 0);
                Thread.sleep(fault.lasts());
                cluster.shiftClock(part, 0);
                kill(part, 0);
            }
            case FULL_DISK -> fill(disks.get(part.name()), fault.lasts());
            case OWN_END, ROLL -> throw new IllegalArgumentException(fault.kind() + " is no fault");
        }
    }

    private static void kill(Part part, long down) throws InterruptedException {
        part.kill();
        Thread.sleep(down);
        part.release();
    }

    private static void fill(@Nullable Disk disk, long lasts)
            throws InterruptedException, IOException {
        if (disk != null) {
            disk.full();
            Thread.sleep(lasts);
            disk.roomy();
        }
    }

    private synchronized void note(Disturbance disturbance) {
        done.add(disturbance);
    }

    /** Includes the ends caused by jobs. */
    synchronized List<Disturbance> done() {
        var all = new ArrayList<>(done);
        for (Part part : cluster.parts()) {
            for (long at : part.ownEnds()) {
                long millis = log.millisOf(at);
                all.add(new Disturbance(Disturbance.Kind.OWN_END, part.name(), millis, millis));
            }
        }
        return all;
    }
}
