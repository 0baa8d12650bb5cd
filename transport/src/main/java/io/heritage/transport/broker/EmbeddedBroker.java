package io.heritage.transport.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker with its controller (KRaft) inside this process, on loopback only. Starting again
 * on the same folder finds everything that was acknowledged, also after the process was killed;
 * what the operating system had not yet written is lost with a power cut, unless it is durable.
 *
 * <p>The one class that touches the server's classes: they are not a public interface of Kafka.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final int START_ATTEMPTS = 3;

    private final RunningServer started;
    private final DataDirLock lock;
    private boolean closed;

    /** A server and where it listens. */
    private record RunningServer(KafkaRaftServer server, int port) {
        void stop() {
            server.shutdown();
            server.awaitShutdown();
        }
    }

    private EmbeddedBroker(RunningServer started, DataDirLock lock) {
        this.started = started;
        this.lock = lock;
    }

    public static EmbeddedBroker start(Path dataDir) throws IOException {
        return start(dataDir, false);
    }

    /**
     * @param durable whether what is acknowledged survives a power cut
     */
    public static EmbeddedBroker start(Path dataDir, boolean durable) throws IOException {
        EmbeddedBrokerConfig config = EmbeddedBrokerConfig.in(dataDir);
        return start(durable ? config.durable() : config);
    }

    /**
     * Returns once the broker takes requests: after about 2 s, or 5 s if the process before was
     * killed.
     *
     * @throws IOException if another process uses the folder, a port is taken, or the data is not
     *     readable
     */
    public static EmbeddedBroker start(EmbeddedBrokerConfig config) throws IOException {
        Files.createDirectories(config.dataDir());
        DataDirLock lock = DataDirLock.acquire(config.dataDir().resolve("broker.lock"));
        try {
            Path logDir = Files.createDirectories(config.dataDir().resolve("kafka"));
            format(logDir);
            if (wasKilled(logDir)) {
                endOldSession(config, logDir);
            }
            return new EmbeddedBroker(startServer(config, logDir, BrokerSettings.SESSION), lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    public String bootstrapServers() {
        return LOOPBACK + ":" + started.port();
    }

    /** Flushes memory to disk and stops; takes about half a second. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        started.stop();
        lock.close();
    }

    /** Tries again if another process takes a free port before the broker binds it. */
    private static RunningServer startServer(
            EmbeddedBrokerConfig config, Path logDir, Duration session) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = config.port() == 0 ? freePort() : config.port();
            Properties settings =
                    BrokerSettings.of(logDir, port, freePort(), session, config.overrides());
            var server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
            var started = new RunningServer(server, port);
            try {
                server.startup();
                return started;
            } catch (RuntimeException e) {
                stopAfterFailure(started);
                if (attempt == START_ATTEMPTS || !isBindFailure(e)) {
                    throw new IOException(
                            "the embedded broker did not start on port %d with the data in %s: %s"
                                    .formatted(port, logDir, e.getMessage()),
                            e);
                }
                LOG.atInfo().addKeyValue("port", port).log("port is taken; trying another");
            }
        }
    }

    private static void stopAfterFailure(RunningServer started) {
        try {
            started.stop();
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("partly started broker did not stop cleanly");
        }
    }

    private static boolean isBindFailure(@Nullable Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof BindException
                    || String.valueOf(t.getMessage()).contains("Socket server failed")) {
                return true;
            }
        }
        return false;
    }

    /** Kafka leaves a marker file after a clean shutdown. */
    private static boolean wasKilled(Path logDir) {
        return Files.exists(logDir.resolve("__cluster_metadata-0"))
                && !Files.exists(logDir.resolve(".kafka_cleanshutdown"));
    }

    /**
     * Starts and stops once with a short session. Then the broker can start with a long session
     * without waiting as long for the killed one's session to end.
     */
    private static void endOldSession(EmbeddedBrokerConfig config, Path logDir) throws IOException {
        LOG.atInfo().addKeyValue("dataDir", config.dataDir()).log("broker was killed; recovering");
        startServer(config, logDir, BrokerSettings.SESSION_AFTER_KILL).stop();
    }

    private static void format(Path logDir) throws IOException {
        if (Files.exists(logDir.resolve("meta.properties"))) {
            return;
        }
        var formatter =
                new Formatter()
                        .setPrintStream(
                                new PrintStream(
                                        OutputStream.nullOutputStream(),
                                        false,
                                        StandardCharsets.UTF_8))
                        .setNodeId(BrokerSettings.NODE_ID)
                        .setClusterId(Uuid.randomUuid().toString())
                        .setControllerListenerName(BrokerSettings.CONTROLLER)
                        .setDirectories(List.of(logDir.toString()))
                        .setMetadataLogDirectory(logDir.toString());
        try {
            formatter.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot prepare " + logDir + " for the embedded broker", e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
