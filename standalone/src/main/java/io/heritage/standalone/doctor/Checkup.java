package io.heritage.standalone.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointId;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.gpu.GpuReport;
import io.heritage.standalone.services.CannotStart;
import io.heritage.standalone.services.HostCheck;
import io.heritage.transport.KafkaCheckup;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.TransportUnavailable;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** All findings about this machine with one configuration. */
public record Checkup(List<Finding> findings) {

    public Checkup {
        findings = List.copyOf(findings);
    }

    /** Takes seconds, or about a minute if Kafka does not answer. Changes nothing. */
    public static Checkup of(HeritageConfig config, Map<String, String> environment) {
        return of(config, environment, false);
    }

    /**
     * As above.
     *
     * @param setUp whether to create missing topics and set up the share groups, if no check of the
     *     cluster failed
     */
    public static Checkup of(
            HeritageConfig config, Map<String, String> environment, boolean setUp) {
        var findings = new ArrayList<Finding>();
        Runtime.Version java = Runtime.version();
        findings.add(MachineChecks.jdk(java.feature(), java.toString()));
        findings.addAll(host(config.data()));
        findings.add(MachineChecks.temporary(Path.of(System.getProperty("java.io.tmpdir"))));
        findings.addAll(MachineChecks.ports(config));
        findings.add(MachineChecks.models(config.processor().models()));
        findings.add(gpu(GpuReport.ofMachine(config.processor().device(), environment)));
        findings.add(MachineChecks.clock());
        findings.addAll(setUp ? kafkaSetUp(config) : kafka(config));
        return new Checkup(findings);
    }

    private static List<Finding> host(Path data) {
        try {
            HostCheck host = HostCheck.of(data);
            host.requireDisk(data);
            return MachineChecks.host(host, data);
        } catch (CannotStart e) {
            return List.of(
                    Finding.fail(
                            "disk and memory",
                            String.valueOf(e.getMessage()),
                            "free some, or choose another data folder with --data"));
        }
    }

    /** A machine without a GPU is OK, unless the configuration requires one. */
    static Finding gpu(GpuReport gpu) {
        if (gpu.onGpu()) {
            return Finding.ok(
                    "gpu",
                    gpu.driver()
                            .version()
                            .map(driver -> "%s, driver %s".formatted(gpu.runsOn(), driver))
                            .orElse(gpu.runsOn()));
        }
        String why = gpu.toDo().orElse("see heritage gpu");
        if (gpu.configured().startsWith("cuda")) {
            return Finding.fail("gpu", "jobs run " + gpu.runsOn(), why);
        }
        return gpu.driver().devices().isEmpty() || gpu.configured().startsWith("cpu")
                ? Finding.ok("gpu", "none; jobs run on the CPU")
                : Finding.warn("gpu", "there is one, but jobs run on " + gpu.runsOn(), why);
    }

    static List<Finding> kafka(HeritageConfig config) {
        if (config.kafka().bootstrapServers().isBlank()) {
            return List.of(Finding.ok("kafka", "heritage up brings its own"));
        }
        return KafkaCheckup.of(config.kafka(), config.endpoints().keySet(), Clock.systemUTC())
                .stream()
                .map(Checkup::of)
                .toList();
    }

    /** Sets up topics and share groups, and reports the result. */
    static List<Finding> kafkaSetUp(HeritageConfig config) {
        if (config.kafka().bootstrapServers().isBlank()) {
            return List.of(
                    Finding.fail(
                            "kafka setup",
                            "there is no Kafka to set up",
                            "set kafka.bootstrap-servers; heritage up sets up its own"));
        }
        List<Finding> before = kafka(config);
        if (before.stream().anyMatch(finding -> finding.verdict() == Finding.Verdict.FAIL)) {
            return before;
        }
        Finding done = setUp(config);
        var findings = new ArrayList<>(List.of(done));
        findings.addAll(done.verdict() == Finding.Verdict.FAIL ? before : kafka(config));
        return findings;
    }

    private static Finding setUp(HeritageConfig config) {
        Set<EndpointId> endpoints = config.endpoints().keySet();
        try (KafkaTransport transport = KafkaTransport.open(config.kafka())) {
            transport.createTopics(endpoints);
            return Finding.ok(
                    "kafka setup",
                    "topics and share groups of %d lanes"
                            .formatted(config.kafka().lanes(endpoints).size()));
        } catch (TransportUnavailable e) {
            String why = e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")";
            return Finding.fail(
                    "kafka setup",
                    String.valueOf(e.getMessage()) + why,
                    "deploy/kafka-acls.sh grants the permissions of a gateway, which are enough");
        }
    }

    private static Finding of(KafkaCheckup.ClusterFact fact) {
        Finding.Verdict verdict =
                switch (fact.verdict()) {
                    case GOOD -> Finding.Verdict.OK;
                    case DOUBTFUL -> Finding.Verdict.WARN;
                    case BAD -> Finding.Verdict.FAIL;
                };
        return new Finding(fact.name(), verdict, fact.found(), fact.mend());
    }

    /** Whether nothing prevents a start. */
    public boolean healthy() {
        return findings.stream().noneMatch(finding -> finding.verdict() == Finding.Verdict.FAIL);
    }

    /** One line per finding, and another one with the advice, if any. */
    public String text() {
        var lines = new ArrayList<String>();
        for (Finding finding : findings) {
            lines.add(
                    "%-5s %-19s %s".formatted(finding.verdict(), finding.name(), finding.found()));
            if (!finding.mend().isEmpty()) {
                lines.add(" ".repeat(26) + "-> " + finding.mend());
            }
        }
        lines.add(
                healthy()
                        ? "Heritage can run here."
                        : "Heritage cannot run here yet: fix each line marked FAIL.");
        return String.join("\n", lines);
    }

    /** The same for programs. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("healthy", healthy());
        ArrayNode all = json.putArray("findings");
        for (Finding finding : findings) {
            ObjectNode one =
                    all.addObject()
                            .put("name", finding.name())
                            .put("verdict", finding.verdict().name().toLowerCase(Locale.ROOT))
                            .put("found", finding.found());
            if (!finding.mend().isEmpty()) {
                one.put("mend", finding.mend());
            }
        }
        return json;
    }
}
