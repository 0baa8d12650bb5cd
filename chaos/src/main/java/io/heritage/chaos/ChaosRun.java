package io.heritage.chaos;

import io.heritage.chaos.Checker.Rule;
import io.heritage.chaos.Checker.Violation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One run: start, load with faults, a quiet end, and what the checker says about it. */
final class ChaosRun {
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);
    private static final Duration QUIET_WITHIN = Duration.ofSeconds(180);
    private static final Duration WEBHOOKS_WITHIN = Duration.ofSeconds(60);
    private static final Duration FIRST_FAULT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(500);

    /** Allowed delay of an answer beyond the caller's wait. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);

    /** How long a process may take to stop at the end. */
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(30);

    private final ChaosOptions options;
    private final List<Customer> customers;
    private final List<FaultPlan.Fault> planned;
    private final Path folder;
    private final Checker checker;
    private final Duration stoppedWithin;

    /**
     * @param folder for all files; removed if the run is good
     */
    ChaosRun(ChaosOptions options, Path folder) {
        this(
                options,
                options.rolling()
                        ? List.of()
                        : FaultPlan.of(
                                options.seed(),
                                options.length(),
                                FIRST_FAULT,
                                options.faultsApart()),
                ANSWERED_WITHIN,
                STOPPED_WITHIN,
                folder);
    }

    /**
     * @param planned faults, instead of those that follow from the seed
     * @param answeredWithin over the wait that a caller asked for; later answers break a rule
     * @param stoppedWithin for each process at the end
     */
    ChaosRun(
            ChaosOptions options,
            List<FaultPlan.Fault> planned,
            Duration answeredWithin,
            Duration stoppedWithin,
            Path folder) {
        this.options = options;
        this.customers =
                LoadPlan.of(
                        options.seed(),
                        options.length(),
                        options.jobsPerSecond(),
                        !options.rolling());
        this.planned = List.copyOf(planned);
        this.checker = new Checker(answeredWithin, Cluster.LOST_JOB_RETRIES + 1);
        this.stoppedWithin = stoppedWithin;
        this.folder = folder;
    }

    Report run() throws IOException, InterruptedException {
        Map<String, Disk> disks = new HashMap<>();
        Report report;
        try (var log = ObservationLog.to(folder.resolve("observations.jsonl"));
                var cluster =
                        Cluster.in(folder, options.size(), options.lanes(), options.rolling());
                var hooks = WebhookReceiver.start(log);
                var resources = new Resources(cluster)) {
            var killer = new Thread(() -> end(cluster, disks));
            Runtime.getRuntime().addShutdownHook(killer);
            try {
                mount(disks);
                cluster.start();
                awaitReady(cluster);
                report = underLoad(cluster, log, hooks, resources, disks);
            } finally {
                end(cluster, disks);
                Runtime.getRuntime().removeShutdownHook(killer);
            }
        }
        if (report.isGood() && !options.keep()) {
            delete(folder);
        }
        return report;
    }

    private void mount(Map<String, Disk> disks) throws IOException, InterruptedException {
        if (options.size() == Cluster.ProcessCounts.FULL && Disk.possible(folder)) {
            for (String part : List.of("broker-3", "sink-2")) {
                disks.put(part, Disk.mount(folder.resolve(part)));
            }
        }
    }

    private static void end(Cluster cluster, Map<String, Disk> disks) {
        cluster.parts().forEach(Part::close);
        for (Disk disk : disks.values()) {
            try {
                disk.close();
            } catch (IOException e) {
                System.err.println("chaos: " + e);
            }
        }
    }

    private static void awaitReady(Cluster cluster) throws InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        try (var http = HttpClient.newHttpClient()) {
            for (String gateway : cluster.gateways()) {
                while (!isReady(http, gateway, cluster.size().processors())) {
                    if (System.nanoTime() > deadline) {
                        throw new IllegalStateException(
                                "the installation is not ready within %s; its logs: %s"
                                        .formatted(READY_WITHIN, cluster.folder()));
                    }
                    Thread.sleep(POLL);
                }
            }
        }
    }

    private static boolean isReady(HttpClient http, String gateway, int processors)
            throws InterruptedException {
        URI health = URI.create(gateway + Cluster.ENDPOINT + "/health");
        try {
            var answer =
                    http.send(
                            HttpRequest.newBuilder(health)
                                    .timeout(Duration.ofSeconds(10))
                                    .header("Authorization", "Bearer " + Cluster.KEY)
                                    .build(),
                            BodyHandlers.ofString());
            return answer.statusCode() == 200
                    && answer.body().contains("\"ready\":" + processors + ",");
        } catch (IOException notYet) {
            return false;
        }
    }

    private Report underLoad(
            Cluster cluster,
            ObservationLog log,
            WebhookReceiver hooks,
            Resources resources,
            Map<String, Disk> disks)
            throws InterruptedException, IOException {
        System.err.printf("%7d ms ready; seed %d, %s%n", log.now(), options.seed(), folder);
        List<String> topics = Redelivery.topics(cluster.bootstrapServers());
        resources.start();
        var faults = new Faults(cluster, log, disks);
        var update = new RollingUpdate(cluster, log);
        int attempts = options.rolling() ? cluster.gateways().size() : 1;
        int gaveUp;
        try (var load = new Load(cluster.gateways(), attempts, log, hooks)) {
            load.start(
                    customers,
                    LoadPlan.batches(options.seed(), options.length(), !options.rolling()),
                    LoadPlan.purges(options.length()),
                    options.length());
            faults.start(planned);
            faults.await();
            if (options.rolling()) {
                update.run(log.now() + options.length().toMillis());
            }
            System.err.printf("%7d ms the last fault has ended%n", log.now());
            gaveUp = load.await(QUIET_WITHIN.plus(remaining(log)));
            load.askAgain();
            System.err.printf(
                    "%7d ms all clients have finished; %d planned ones were skipped%n",
                    log.now(), load.stayedAway());
        }
        awaitWebhooks(log, faults);
        System.err.printf("%7d ms quiet%n", log.now());
        var disturbances = new ArrayList<>(faults.done());
        disturbances.addAll(update.done());
        List<Long> redelivery =
                Redelivery.times(cluster.bootstrapServers(), log.startedAt(), disturbances);
        var left =
                new ArrayList<>(
                        Remains.topics(topics, Redelivery.topics(cluster.bootstrapServers())));
        left.addAll(update.wrong());
        left.addAll(Remains.of(cluster.sinkAdminPorts()));
        List<Violation> violations = violations(cluster, log, faults, update);
        List<String> unclean = cluster.stop(stoppedWithin);
        unclean.forEach(part ->
                left.add("%s did not stop within %d s".formatted(part, stoppedWithin.toSeconds())));
        left.addAll(Remains.files(folder.resolve("tmp")));
        return new Report(
                options,
                log.all(),
                disturbances,
                violations,
                redelivery,
                resources.uses(),
                left,
                ends(cluster),
                gaveUp);
    }

    /** An update excuses only connections to gateways that are being replaced. */
    private List<Violation> violations(
            Cluster cluster, ObservationLog log, Faults faults, RollingUpdate update) {
        List<Violation> found = checker.check(log.all(), faults.done());
        if (!options.rolling()) {
            return found;
        }
        var all = new ArrayList<>(found);
        all.addAll(
                RollingCheck.check(
                        log.all(), update.done(), QueuedJobs.byTag(cluster.bootstrapServers())));
        return all;
    }

    /** The load may go on after the last fault. */
    private Duration remaining(ObservationLog log) {
        Duration left = options.length().minusMillis(log.now());
        return left.isNegative() ? Duration.ZERO : left;
    }

    private void awaitWebhooks(ObservationLog log, Faults faults) throws InterruptedException {
        long deadline = System.nanoTime() + WEBHOOKS_WITHIN.toNanos();
        while (System.nanoTime() < deadline
                && checker.check(log.all(), faults.done()).stream()
                        .map(Violation::rule)
                        .anyMatch(Rule.WEBHOOK::equals)) {
            Thread.sleep(POLL);
        }
    }

    /** Parts that ended without a kill or a job as the cause. */
    private static List<String> ends(Cluster cluster) {
        return cluster.parts().stream()
                .filter(part -> part.kind() != Part.Kind.PROCESSOR)
                .filter(part -> !part.ownEnds().isEmpty())
                .map(part ->
                        "%s ended by itself, %d times"
                                .formatted(part.name(), part.ownEnds().size()))
                .toList();
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
