package io.heritage.transport.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/** The settings of the embedded broker; the reasons: docs/spec/kafka.md, section 1. */
final class BrokerSettings {
    static final int NODE_ID = 1;
    static final String CONTROLLER = "CONTROLLER";

    /**
     * Long: fencing the only broker gains nothing, and a busy machine delays its heartbeats by
     * seconds.
     */
    static final Duration SESSION = Duration.ofSeconds(30);

    /** A broker that was killed has to wait for the end of its old session. */
    static final Duration SESSION_AFTER_KILL = Duration.ofSeconds(1);

    private BrokerSettings() {}

    /**
     * @param sessionTimeout of the broker with its controller
     */
    static Properties of(
            Path logDir,
            int port,
            int controllerPort,
            Duration sessionTimeout,
            Map<String, String> overrides) {
        var settings = new Properties();
        settings.putAll(node(logDir, port, controllerPort));
        settings.putAll(ONE_REPLICA);
        settings.putAll(QUICK_GROUPS);
        settings.putAll(LARGE_QUEUES);
        settings.putAll(SMALL_FOOTPRINT);
        settings.put("broker.session.timeout.ms", Long.toString(sessionTimeout.toMillis()));
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

    /** A member of a share group gets its partition with its second heartbeat, 5 s by default. */
    private static final Map<String, String> QUICK_GROUPS =
            Map.of(
                    "group.share.heartbeat.interval.ms", "1000",
                    "group.share.min.heartbeat.interval.ms", "1000",
                    "group.share.min.record.lock.duration.ms", "1000",
                    "group.initial.rebalance.delay.ms", "0",
                    "group.streams.initial.rebalance.delay.ms", "0",
                    "group.streams.heartbeat.interval.ms", "1000",
                    "group.streams.min.heartbeat.interval.ms", "1000",
                    "broker.heartbeat.interval.ms", "500");

    /**
     * One unfinished job holds as many later ones in view as the window of its queue allows. A
     * worker has a session for each lane of each endpoint.
     */
    private static final Map<String, String> LARGE_QUEUES =
            Map.of(
                    "group.share.max.partition.max.record.locks", "10000",
                    "group.share.max.share.sessions", "20000",
                    "group.share.max.size", "1000");

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
