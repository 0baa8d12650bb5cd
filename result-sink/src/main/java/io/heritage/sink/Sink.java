package io.heritage.sink;

import io.helidon.webserver.WebServer;
import io.heritage.http.AdminPage;
import io.heritage.observe.Meters;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.EndpointConfig;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.RestartingStreams;
import io.heritage.sink.fold.Waiters;
import io.heritage.sink.http.AnswerPatience;
import io.heritage.sink.http.KafkaProbe;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running sink: folds the state of all jobs, enforces their deadlines, and answers requests about
 * them.
 */
public final class Sink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sink.class);

    private final RestartingStreams streams;
    private final JobDirectory directory;
    private final Waiters waiters;
    private final WebServer server;
    private final KafkaProbe kafka;
    private final AtomicLong badRecords;
    private final AdminPage scaling;
    private final List<AutoCloseable> opened;
    private final AtomicBoolean closed = new AtomicBoolean();

    Sink(
            RestartingStreams streams,
            JobDirectory directory,
            Waiters waiters,
            WebServer server,
            KafkaProbe kafka,
            AtomicLong badRecords,
            AdminPage scaling,
            List<AutoCloseable> opened) {
        this.streams = streams;
        this.directory = directory;
        this.waiters = waiters;
        this.server = server;
        this.kafka = kafka;
        this.badRecords = badRecords;
        this.scaling = scaling;
        this.opened = List.copyOf(opened);
    }

    /**
     * Returns once requests are accepted; they are answered 503 until the state is there, see
     * {@link #ready()}. The topics must exist ({@link KafkaTransport#createTopics}).
     *
     * @param endpoints endpoints whose jobs are folded
     * @param transport stays open when the sink is closed
     * @throws TransportUnavailable if Kafka does not answer
     */
    public static Sink start(
            SinkConfig config,
            KafkaConfig kafka,
            List<EndpointConfig> endpoints,
            KafkaTransport transport,
            Clock clock) {
        return start(config, kafka, endpoints, transport, Meters.none(), Traces.none(), clock);
    }

    /** As above, and records how queues, jobs and workers stand. */
    public static Sink start(
            SinkConfig config,
            KafkaConfig kafka,
            List<EndpointConfig> endpoints,
            KafkaTransport transport,
            Meters meters,
            Traces traces,
            Clock clock) {
        return new SinkAssembly(
                        config,
                        kafka,
                        endpoints,
                        transport,
                        meters,
                        traces,
                        clock,
                        AnswerPatience.USUAL)
                .start();
    }

    /** Port of the HTTP interface. */
    public int port() {
        return server.port();
    }

    /** Whether jobs can be taken and answered for. */
    public boolean ready() {
        try {
            return directory.isServing() && kafka.isReachable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Answers how many workers an endpoint is to have. */
    public AdminPage scaling() {
        return scaling;
    }

    /** Requests that wait for news of a job. */
    public int waiting() {
        return waiters.count();
    }

    /** Records that could not be read, folded or written, and were passed by. */
    public long badRecords() {
        return badRecords.get();
    }

    /**
     * Stops within about 10 s and keeps its place in the group: the same instance id gets the same
     * jobs back at once. Until then, or the end of the group's session, nobody looks after them.
     */
    @Override
    public void close() {
        close(GroupMembershipOperation.REMAIN_IN_GROUP);
    }

    /** Stops for good: the other sinks take over at once. */
    public void leave() {
        close(GroupMembershipOperation.LEAVE_GROUP);
    }

    private void close(GroupMembershipOperation membership) {
        if (closed.compareAndSet(false, true)) {
            server.stop();
            streams.close(membership);
            closeAll(opened);
        }
    }

    /** The last opened first. */
    static void closeAll(List<AutoCloseable> parts) {
        for (AutoCloseable part : parts.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("part of the sink did not close");
            }
        }
    }
}
