package io.heritage.transport.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Data folder and port of an embedded broker, which listens on loopback only.
 *
 * @param dataDir made if missing; used by one broker at a time
 * @param port of the clients; 0 takes a free one at every start
 * @param overrides broker settings that replace ours
 */
public record EmbeddedBrokerConfig(Path dataDir, int port, Map<String, String> overrides) {

    public EmbeddedBrokerConfig {
        overrides = Map.copyOf(overrides);
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(
                    "port of the embedded broker: expected 0 to 65535, found " + port);
        }
    }

    /**
     * The same, but acknowledged records are on the disk and survive a power cut: an
     * acknowledgement waits for a flush of its partition. The records of one request are flushed
     * together.
     */
    public EmbeddedBrokerConfig durable() {
        var all = new HashMap<>(overrides);
        all.put("log.flush.interval.messages", "1");
        return new EmbeddedBrokerConfig(dataDir, port, all);
    }

    public static EmbeddedBrokerConfig in(Path dataDir) {
        return new EmbeddedBrokerConfig(dataDir, 0, Map.of());
    }
}
