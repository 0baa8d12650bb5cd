package io.heritage.sink;

import io.helidon.webserver.WebServer;
import io.heritage.http.AdminPage;
import io.heritage.observe.Meters;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.EndpointConfig;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.Waiters;
import io.heritage.sink.http.AnswerPatience;
import io.heritage.sink.http.KafkaProbe;
import io.heritage.sink.streams.RestartingStreams;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;

/**
 * A running sink: folds the state of all jobs, enforces their deadlines, and answers requests about
 * them.
 */
public final class Sink implements AutoCloseable {
    private final RestartingStreams streams;
    private final JobDirectory directory;
    private final Waiters waiters;
    private final WebServer server;
    private final KafkaProbe kafka;
    private final AtomicLong badRecords;
    private final AdminPage scaling;
    private final OpenedParts opened;
    private final GroupMembershipOperation atClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    Sink(
            RestartingStreams streams,
            JobDirectory directory,
            Waiters waiters,
            WebServer server,
            KafkaProbe kafka,
            AtomicLong badRecords,
            AdminPage scaling,
            OpenedParts opened,
            GroupMembershipOperation atClose) {
        this.streams = streams;
        this.directory = directory;
        this.waiters = waiters;
        this.server = server;
        this.kafka = kafka;
        this.badRecords = badRecords;
        this.scaling = scaling;
        this.opened = opened;
        this.atClose = atClose;
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

    /** As above, and records metrics of queues, jobs and workers. */
    public static Sink start(
            SinkConfig config,
            KafkaConfig kafka,
            List<EndpointConfig> endpoints,
            KafkaTransport transport,
            Meters meters,
            Traces traces,
            Clock clock) {
        return new SinkAssembly(
                        new SinkSetup(
                                config,
                                kafka,
                                endpoints,
                                transport,
                                meters,
                                traces,
                                clock,
                                AnswerPatience.USUAL))
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

    /** Serves the number of workers that an endpoint should have. */
    public AdminPage scaling() {
        return scaling;
    }

    /** Number of requests that wait for a change of a job. */
    public int waiting() {
        return waiters.count();
    }

    /** Number of records that could not be read, folded or written, and were skipped. */
    public long badRecords() {
        return badRecords.get();
    }

    /**
     * Stops within about 10 s. Where sinks keep warm copies of each other's state, another goes on
     * with its jobs at once. Else it keeps its place in the group: the same instance id gets the
     * same jobs back, and until then, or the end of the group's session, no sink folds them.
     */
    @Override
    public void close() {
        close(atClose);
    }

    /** Stops for good: the other sinks take over at once. */
    public void leave() {
        close(GroupMembershipOperation.LEAVE_GROUP);
    }

    /** Stops as if killed: keeps its place in the group even if other sinks could take over. */
    void vanish() {
        close(GroupMembershipOperation.REMAIN_IN_GROUP);
    }

    private void close(GroupMembershipOperation membership) {
        if (closed.compareAndSet(false, true)) {
            server.stop();
            streams.close(membership);
            opened.close();
        }
    }
}
