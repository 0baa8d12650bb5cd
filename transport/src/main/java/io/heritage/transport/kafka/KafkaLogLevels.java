package io.heritage.transport.kafka;

import java.util.Map;

/**
 * Kafka writes about 2000 lines at INFO for a start and stop; an application's logging uses these.
 */
public final class KafkaLogLevels {

    /** Logger name to level. */
    public static final Map<String, String> QUIET =
            Map.of(
                    "org.apache.kafka", "WARN",
                    "kafka", "WARN",
                    "state.change.logger", "WARN",
                    // Dozens of lines while the coordinators' topics are made at the first start.
                    "kafka.server.DefaultAutoTopicCreationManager", "ERROR",
                    // At WARN it warns of a config that only other clients know.
                    "org.apache.kafka.common.config.AbstractConfig", "ERROR",
                    // "Performing controller activation" at each start.
                    "org.apache.kafka.controller.QuorumController", "ERROR",
                    // A registration that comes before the controller leads is an ERROR with a
                    // stack
                    // trace, and is tried again; the caller gets every other failure anyway.
                    "kafka.server.ControllerApis", "OFF",
                    // A refused connection is tried again and reported by the caller in the end.
                    "org.apache.kafka.clients.NetworkClient", "ERROR");

    private KafkaLogLevels() {}
}
