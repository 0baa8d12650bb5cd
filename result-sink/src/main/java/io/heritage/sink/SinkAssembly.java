package io.heritage.sink;

import io.helidon.webserver.WebServer;
import io.heritage.http.InternalSecret;
import io.heritage.observe.Metric;
import io.heritage.schemas.EndpointId;
import io.heritage.sink.fold.EventOffsets;
import io.heritage.sink.fold.FoldMeters;
import io.heritage.sink.fold.FoldProgress;
import io.heritage.sink.fold.FoldPulse;
import io.heritage.sink.fold.FoldReach;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobRules;
import io.heritage.sink.fold.KafkaQueueStarts;
import io.heritage.sink.fold.LaneRoom;
import io.heritage.sink.fold.NeededPlaces;
import io.heritage.sink.fold.QueueStarts;
import io.heritage.sink.fold.TakeOvers;
import io.heritage.sink.fold.Waiters;
import io.heritage.sink.fold.WebhookResends;
import io.heritage.sink.fold.WorkerPresence;
import io.heritage.sink.http.EndpointDemand;
import io.heritage.sink.http.KafkaProbe;
import io.heritage.sink.http.SinkPeers;
import io.heritage.sink.queue.QueueOrder;
import io.heritage.sink.queue.Turns;
import io.heritage.sink.scale.QueueMeters;
import io.heritage.sink.scale.ScalingPage;
import io.heritage.sink.streams.RestartingStreams;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.log.Controls;
import io.heritage.transport.log.Subscription;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.state.HostInfo;

/** The parts list of a {@link Sink}. Used once. */
final class SinkAssembly {
    private static final Duration ASK_QUEUES_EVERY = Duration.ofSeconds(5);
    private static final Duration KAFKA_WITHIN = Duration.ofSeconds(30);
    private static final Duration RECORD_EVERY = Duration.ofSeconds(5);

    private final SinkSetup setup;
    private final OpenedParts opened = new OpenedParts();
    private final Waiters waiters = new Waiters();
    private final FoldPulse pulse = new FoldPulse(System::nanoTime);
    private final FoldProgress progress = new FoldProgress();
    private final QueueOrder order = new QueueOrder();
    private final WebhookResends resends = new WebhookResends();
    private final FoldMeters foldMeters;
    private final AtomicLong badRecords = new AtomicLong();

    SinkAssembly(SinkSetup setup) {
        this.setup = setup;
        this.foldMeters = new FoldMeters(setup.meters());
    }

    /** Closes the parts that are open if a later part fails to open. */
    Sink start() {
        try {
            return open();
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private Sink open() {
        KafkaTransport transport = setup.transport();
        Set<EndpointId> endpoints = setup.endpoints().keySet();
        Clock clock = setup.clock();
        List<TopicPartitionInfo> events = partitionsOfEvents();
        int partitions = events.size();
        var controls = opened.add(Controls.follow(transport.controls(), _ -> {}));
        var workers = new WorkerPresence(clock, controls::isDrained);
        opened.add(subscribe(workers));
        var queues =
                opened.add(
                        new KafkaQueueStarts(
                                transport.windows(),
                                transport.admin(),
                                endpoints,
                                ASK_QUEUES_EVERY));
        var rules = new JobRules(setup.config(), setup.endpoints(), workers, queues, clock);
        var offsets = new EventOffsets(transport.admin(), partitions);
        opened.add(new TakeOvers(offsets, progress));
        var reach = new FoldReach(transport.windows(), endpoints, offsets, queues, progress);
        var directory =
                new JobDirectory(
                        waiters, rules, pulse, reach, progress, setup.patience().onItsWay());
        var turns =
                new Turns(
                        new LaneRoom(workers::counts, foldMeters::meanExecution, System::nanoTime),
                        partitions);
        var probe = new KafkaProbe(transport.admin(), topics());
        var secret = new InternalSecret(setup.config().secret());
        var peers = opened.add(new SinkPeers(secret));
        var demand =
                new EndpointDemand(
                        directory, peers, workers, queues, foldMeters, controls, partitions, clock);
        WebServer server =
                new ServerAssembly(setup, secret, waiters, progress, order, resends, opened)
                        .start(
                                directory,
                                rules,
                                workers,
                                controls,
                                probe,
                                peers,
                                demand,
                                turns,
                                partitions);
        var self = new HostInfo(advertisedHost(), server.port());
        RestartingStreams streams =
                new FoldAssembly(
                                setup,
                                waiters,
                                pulse,
                                progress,
                                order,
                                resends,
                                foldMeters,
                                badRecords,
                                opened)
                        .streams(directory, rules, queues, turns, events, self);
        streams.start();
        record(demand, workers, turns, queues);
        sayWhatIsNeeded(queues);
        return new Sink(
                streams,
                directory,
                waiters,
                server,
                probe,
                badRecords,
                new ScalingPage(endpoints, demand, setup.meters(), System::nanoTime),
                opened,
                setup.config().standbyReplicas() > 0
                        ? GroupMembershipOperation.LEAVE_GROUP
                        : GroupMembershipOperation.REMAIN_IN_GROUP);
    }

    private void record(
            EndpointDemand demand, WorkerPresence workers, Turns turns, KafkaQueueStarts queues) {
        var recording =
                new QueueMeters(
                        setup.endpoints().keySet(),
                        demand,
                        workers,
                        queues::windows,
                        turns::waiting,
                        setup.meters());
        opened.add(recording);
        recording.start(RECORD_EVERY);
        setup.meters().gauge(Metric.SINK_WAITING, waiters::count);
        setup.meters().gauge(Metric.SINK_BAD_RECORDS, badRecords::get);
    }

    private void sayWhatIsNeeded(QueueStarts queues) {
        var needed =
                new NeededPlaces(
                        setup.transport().waitingStarts()::publish,
                        queues::topics,
                        progress,
                        order,
                        System::nanoTime);
        opened.add(needed);
        needed.start(ASK_QUEUES_EVERY);
    }

    /** Reads the board's stored heartbeats first; later ones are timed by this process's clock. */
    private Subscription subscribe(WorkerPresence workers) {
        var live = new AtomicBoolean();
        Subscription subscription =
                setup.transport()
                        .workers()
                        .subscribe(status -> {
                            if (live.get()) {
                                workers.heartbeat(status);
                            } else {
                                workers.past(status);
                            }
                        });
        live.set(true);
        return subscription;
    }

    private List<TopicPartitionInfo> partitionsOfEvents() {
        try {
            return setup
                    .transport()
                    .admin()
                    .describeTopics(List.of(Topics.EVENTS))
                    .allTopicNames()
                    .get(KAFKA_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                    .values()
                    .stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .toList();
        } catch (ExecutionException | TimeoutException e) {
            throw new TransportUnavailable("the topic " + Topics.EVENTS + " is not there", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while starting", e);
        }
    }

    private List<String> topics() {
        var topics = new ArrayList<String>(Topics.jobs(setup.endpoints().keySet()));
        topics.addAll(List.of(Topics.EVENTS, Topics.MEDIA, Topics.RESULTS));
        return topics;
    }

    private String advertisedHost() {
        if (!setup.config().advertisedHost().isBlank()) {
            return setup.config().advertisedHost();
        }
        try {
            boolean any = InetAddress.getByName(setup.config().host()).isAnyLocalAddress();
            return any ? InetAddress.getLocalHost().getHostName() : setup.config().host();
        } catch (UnknownHostException e) {
            return setup.config().host();
        }
    }
}
