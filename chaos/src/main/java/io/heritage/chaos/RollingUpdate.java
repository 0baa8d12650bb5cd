package io.heritage.chaos;

import io.heritage.chaos.Part.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces the parts of an installation one after the other, in the order of {@code
 * docs/operations.md}, section "Upgrades": each is asked to stop, and when it has, is started
 * again; the next follows when it is ready. A part that is the only one of its kind is not
 * replaced. Repeats until the load is over, at least once.
 */
final class RollingUpdate {
    private static final List<Kind> ORDER =
            List.of(Kind.SINK, Kind.PROCESSOR, Kind.GATEWAY, Kind.BROKER);

    /** As the pods of {@code deploy/helm} have it. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    /** Between two parts. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final ObservationLog log;
    private final List<Disturbance> done = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();

    RollingUpdate(Cluster cluster, ObservationLog log) {
        this.cluster = cluster;
        this.log = log;
    }

    /**
     * @param end when no further part is begun, if each was replaced once
     */
    void run(long end) throws InterruptedException {
        try (var readiness = new Readiness(cluster)) {
            for (boolean first = true; first || log.now() < end; first = false) {
                for (Kind kind : ORDER) {
                    List<Part> parts = cluster.parts(kind);
                    for (Part part : parts) {
                        if (parts.size() > 1 && (first || log.now() < end)) {
                            Thread.sleep(PAUSE);
                            replace(part, readiness);
                        }
                    }
                }
            }
        }
    }

    private void replace(Part part, Readiness readiness) throws InterruptedException {
        long from = log.now();
        cluster.takeOut(part);
        if (!part.end(GRACE)) {
            wrong.add(part.name() + " did not stop cleanly at " + from + " ms");
        }
        long stopped = log.now();
        part.release();
        if (!readiness.await(part)) {
            wrong.add(part.name() + " was not ready again at " + log.now() + " ms");
        }
        cluster.putIn(part);
        System.err.printf(
                "%7d ms %s stopped in %d ms, ready %d ms later%n",
                from, part.name(), stopped - from, log.now() - stopped);
        done.add(new Disturbance(Disturbance.Kind.ROLL, part.name(), from, log.now()));
    }

    List<Disturbance> done() {
        return List.copyOf(done);
    }

    /** Parts that did not stop cleanly, or did not come back. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }
}
