package io.heritage.transport;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The settings of the embedded broker; why each is there was measured, see docs/rationale.md. */
final class BrokerSettings {
    static final int NODE_ID = 1;
    static final String CONTROLLER = "CONTROLLER";

    private BrokerSettings() {}

    static Properties of(Path logDir, int port, int controllerPort, Map<String, String> overrides) {
        var settings = new Properties();
        settings.putAll(node(logDir, port, controllerPort));
        settings.putAll(ONE_REPLICA);
        settings.putAll(QUICK_GROUPS);
        settings.putAll(SMALL_FOOTPRINT);
        settings.putAll(overrides);
        return settings;
    }

    private static Map<String, String> node(Path logDir, int port, int controllerPort) {
        String client = "PLAINTEXT://127.0.0.1:" + port;
        String controller = CONTROLLER + "://127.0.0.1:" + controllerPort;
        return Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(NODE_ID),
                "controller.quorum.voters",
                NODE_ID + "@127.0.0.1:" + controllerPort,
                "listeners",
                client + "," + controller,
                "advertised.listeners",
                client,
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "controller.listener.names",
                CONTROLLER,
                "log.dirs",
                logDir.toString());
    }

    private static final Map<String, String> ONE_REPLICA =
            Map.of(
                    "default.replication.factor", "1",
                    "min.insync.replicas", "1",
                    "offsets.topic.replication.factor", "1",
                    "offsets.topic.num.partitions", "4",
                    "transaction.state.log.replication.factor", "1",
                    "transaction.state.log.min.isr", "1",
                    "transaction.state.log.num.partitions", "4",
                    "share.coordinator.state.topic.replication.factor", "1",
                    "share.coordinator.state.topic.min.isr", "1",
                    "share.coordinator.state.topic.num.partitions", "4");

    /**
     * A member of a share group gets its partition with its second heartbeat, and a broker that was
     * killed waits for its own session before it is back: both are seconds by default.
     */
    private static final Map<String, String> QUICK_GROUPS =
            Map.of(
                    "group.share.heartbeat.interval.ms", "1000",
                    "group.share.min.heartbeat.interval.ms", "1000",
                    "group.share.min.record.lock.duration.ms", "1000",
                    "group.initial.rebalance.delay.ms", "0",
                    "group.streams.initial.rebalance.delay.ms", "0",
                    "group.streams.heartbeat.interval.ms", "1000",
                    "group.streams.min.heartbeat.interval.ms", "1000",
                    "broker.session.timeout.ms", "2000",
                    "broker.heartbeat.interval.ms", "500");

    private static final Map<String, String> SMALL_FOOTPRINT =
            Map.of(
                    "auto.create.topics.enable",
                    "false",
                    "log.cleaner.dedupe.buffer.size",
                    Integer.toString(8 << 20),
                    "log.segment.bytes",
                    Integer.toString(128 << 20),
                    "log.segment.delete.delay.ms",
                    "5000");
}
