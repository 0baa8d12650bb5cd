package io.heritage.sink;

import io.helidon.webserver.WebServer;
import io.heritage.http.InternalSecret;
import io.heritage.observe.Meters;
import io.heritage.observe.Metric;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.MediaRef;
import io.heritage.sink.changelog.ChangelogGuard;
import io.heritage.sink.changelog.ProcessStops;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.fold.FoldMeters;
import io.heritage.sink.fold.FoldProgress;
import io.heritage.sink.fold.FoldPulse;
import io.heritage.sink.fold.FoldReach;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobFold;
import io.heritage.sink.fold.JobRules;
import io.heritage.sink.fold.JobTopology;
import io.heritage.sink.fold.KafkaQueueStarts;
import io.heritage.sink.fold.LaneRoom;
import io.heritage.sink.fold.NeededPlaces;
import io.heritage.sink.fold.QueueOrder;
import io.heritage.sink.fold.QueueStarts;
import io.heritage.sink.fold.RestartingStreams;
import io.heritage.sink.fold.RunTimes;
import io.heritage.sink.fold.StreamsSettings;
import io.heritage.sink.fold.Turns;
import io.heritage.sink.fold.Waiters;
import io.heritage.sink.fold.WebhookResends;
import io.heritage.sink.fold.WorkerPresence;
import io.heritage.sink.frame.FramePictures;
import io.heritage.sink.http.AnswerPatience;
import io.heritage.sink.http.Callers;
import io.heritage.sink.http.EndpointDemand;
import io.heritage.sink.http.EndpointHealth;
import io.heritage.sink.http.JobList;
import io.heritage.sink.http.KafkaProbe;
import io.heritage.sink.http.LiveEvents;
import io.heritage.sink.http.Outlook;
import io.heritage.sink.http.QueuePurge;
import io.heritage.sink.http.SinkPeers;
import io.heritage.sink.http.SinkServer;
import io.heritage.sink.http.TracedReplies;
import io.heritage.sink.http.WorkerList;
import io.heritage.sink.reply.MediaSource;
import io.heritage.sink.reply.Replies;
import io.heritage.sink.scale.QueueMeters;
import io.heritage.sink.scale.ScalingPage;
import io.heritage.sink.webhook.HttpWebhooks;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.log.Controls;
import io.heritage.transport.log.Subscription;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.state.HostInfo;

/** The parts list of a {@link Sink}. Used once. */
final class SinkAssembly {
    private static final Duration ASK_QUEUES_EVERY = Duration.ofSeconds(5);
    private static final Duration KAFKA_WITHIN = Duration.ofSeconds(30);
    private static final Duration RECORD_EVERY = Duration.ofSeconds(5);
    private static final int LARGE_WRITE = 512 * 1024;

    private final SinkConfig config;
    private final KafkaConfig kafka;
    private final Map<EndpointId, EndpointConfig> endpoints;
    private final WebhookResends resends = new WebhookResends();
    private final KafkaTransport transport;
    private final InternalSecret secret;
    private final Meters meters;
    private final Traces traces;
    private final FoldMeters foldMeters;
    private final Clock clock;
    private final AnswerPatience patience;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Waiters waiters = new Waiters();
    private final FoldPulse pulse = new FoldPulse(System::nanoTime);
    private final FoldProgress progress = new FoldProgress();
    private final QueueOrder order = new QueueOrder();
    private final AtomicLong badRecords = new AtomicLong();

    SinkAssembly(
            SinkConfig config,
            KafkaConfig kafka,
            List<EndpointConfig> endpoints,
            KafkaTransport transport,
            Meters meters,
            Traces traces,
            Clock clock,
            AnswerPatience patience) {
        this.meters = meters;
        this.traces = traces;
        this.foldMeters = new FoldMeters(meters);
        this.config = config;
        this.kafka = kafka;
        this.endpoints =
                endpoints.stream()
                        .collect(Collectors.toMap(EndpointConfig::id, Function.identity()));
        this.transport = transport;
        this.secret = new InternalSecret(config.secret());
        this.clock = clock;
        this.patience = patience;
    }

    /** Closes again what was opened if a later part does not open. */
    Sink start() {
        try {
            return open();
        } catch (RuntimeException e) {
            Sink.closeAll(opened);
            throw e;
        }
    }

    private Sink open() {
        int partitions = partitionsOfEvents().size();
        var controls = Controls.follow(transport.controls(), _ -> {});
        opened.add(controls);
        var workers = new WorkerPresence(clock, controls::isDrained);
        opened.add(subscribe(workers));
        var queues =
                new KafkaQueueStarts(
                        transport.windows(),
                        transport.admin(),
                        endpoints.keySet(),
                        ASK_QUEUES_EVERY);
        opened.add(queues);
        var rules = new JobRules(config, endpoints, workers, queues, clock);
        var reach =
                new FoldReach(
                        transport.admin(),
                        transport.windows(),
                        endpoints.keySet(),
                        partitions,
                        queues,
                        progress);
        var directory = new JobDirectory(waiters, rules, pulse, reach, patience.onItsWay());
        var turns =
                new Turns(
                        new LaneRoom(workers::counts, foldMeters::meanExecution, System::nanoTime),
                        partitions);
        var probe = new KafkaProbe(transport.admin(), topics());
        var peers = new SinkPeers(secret);
        opened.add(peers);
        var demand =
                new EndpointDemand(
                        directory, peers, workers, queues, foldMeters, controls, partitions, clock);
        WebServer server =
                serve(directory, rules, workers, controls, probe, peers, demand, turns, partitions);
        var self = new HostInfo(advertisedHost(), server.port());
        RestartingStreams streams = streams(directory, rules, queues, turns, partitions, self);
        streams.start();
        record(directory, demand, workers, turns, queues);
        sayWhatIsNeeded(queues);
        return new Sink(
                streams,
                directory,
                waiters,
                server,
                probe,
                badRecords,
                new ScalingPage(endpoints.keySet(), demand, meters, System::nanoTime),
                opened);
    }

    private void record(
            JobDirectory directory,
            EndpointDemand demand,
            WorkerPresence workers,
            Turns turns,
            KafkaQueueStarts queues) {
        var recording =
                new QueueMeters(
                        endpoints.keySet(),
                        directory,
                        demand::oldest,
                        workers,
                        queues::windows,
                        turns::waiting,
                        meters);
        opened.add(recording);
        recording.start(RECORD_EVERY);
        meters.gauge(Metric.SINK_WAITING, waiters::count);
        meters.gauge(Metric.SINK_BAD_RECORDS, badRecords::get);
    }

    private void sayWhatIsNeeded(QueueStarts queues) {
        var needed =
                new NeededPlaces(
                        transport.waitingStarts()::publish,
                        queues::topics,
                        progress,
                        order,
                        System::nanoTime);
        opened.add(needed);
        needed.start(ASK_QUEUES_EVERY);
    }

    /** What the board has kept is heard before this returns; only then do clocks not matter. */
    private Subscription subscribe(WorkerPresence workers) {
        var live = new AtomicBoolean();
        Subscription subscription =
                transport
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

    private WebServer serve(
            JobDirectory directory,
            JobRules rules,
            WorkerPresence workers,
            Controls controls,
            KafkaProbe probe,
            SinkPeers peers,
            EndpointDemand demand,
            Turns turns,
            int partitions) {
        var callers = new Callers();
        var replies = new Replies(media(), config.repliesAtOnce(), transport.readersAtOnce());
        opened.add(replies);
        var frames = new FramePictures(media());
        opened.add(frames);
        var outlook =
                new Outlook(directory, order, turns, peers, workers, times(), controls, clock);
        var handlers =
                new SinkServer(
                        callers,
                        replies,
                        directory,
                        peers,
                        new EndpointHealth(
                                directory,
                                peers,
                                workers,
                                probe,
                                transport.windows(),
                                progress,
                                controls,
                                patience.counted()),
                        demand,
                        new QueuePurge(
                                directory,
                                peers,
                                transport.windows(),
                                transport.events(),
                                transport.commands(),
                                partitions,
                                patience.purged(),
                                clock),
                        new JobList(directory, peers, controls, partitions, clock),
                        new LiveEvents(directory, peers, waiters, outlook, clock),
                        outlook,
                        new WorkerList(workers, controls, directory, peers, clock),
                        controls,
                        rules,
                        transport.events(),
                        transport.commands(),
                        resends,
                        frames,
                        endpoints.keySet(),
                        config.publicUrl(),
                        patience,
                        clock);
        WebServer server =
                WebServer.builder()
                        .host(config.host())
                        .port(config.port())
                        .writeBufferSize(LARGE_WRITE)
                        .shutdownHook(false)
                        .useNio(false) // these write in 8 KiB steps
                        .protocolsDiscoverServices(false)
                        .addConnectionSelector(callers.selector())
                        .routing(routing ->
                                handlers.addTo(
                                        routing.addFilter(secret.filter())
                                                .addFilter(new TracedReplies(traces))))
                        .build()
                        .start();
        opened.add(server::stop);
        return server;
    }

    private RunTimes times() {
        var times = new RunTimes();
        opened.add(waiters.listen(times::changed)::run);
        return times;
    }

    private RestartingStreams streams(
            JobDirectory directory,
            JobRules rules,
            QueueStarts queues,
            Turns turns,
            int partitions,
            HostInfo self) {
        var webhooks = new HttpWebhooks(config, endpoints, media(), traces, clock);
        opened.add(webhooks);
        var fold =
                new JobFold(
                        config,
                        kafka.laneShards(),
                        kafka.fairShares(),
                        rules,
                        queues,
                        waiters,
                        webhooks,
                        resends,
                        pulse,
                        progress,
                        order,
                        turns,
                        foldMeters,
                        traces,
                        clock);
        var stops = ProcessStops.watch();
        opened.add(stops);
        var guard =
                new ChangelogGuard(
                        StreamsSettings.APPLICATION,
                        JobTopology.STORE,
                        transport.admin(),
                        StreamsSettings.clients(kafka),
                        stops);
        var topology =
                new JobTopology(
                        endpoints.keySet(),
                        partitions,
                        queues,
                        guard.around(fold),
                        kafka.modelLanes());
        int replicas = partitionsOfEvents().getFirst().replicas().size();
        var streams =
                new RestartingStreams(
                        () -> {
                            var next =
                                    new KafkaStreams(
                                            topology.addTo(new StreamsBuilder()).build(),
                                            StreamsSettings.replicated(
                                                    StreamsSettings.of(
                                                            config, kafka, self, badRecords),
                                                    replicas),
                                            guard);
                            next.setGlobalStateRestoreListener(guard);
                            return next;
                        },
                        started -> directory.serve(started, self));
        opened.add(streams);
        return streams;
    }

    private MediaSource media() {
        return new MediaSource() {
            @Override
            public InputStream open(MediaRef ref) throws IOException {
                return storeOf(ref).open(ref);
            }

            @Override
            public InputStream open(MediaRef ref, long from) throws IOException {
                return storeOf(ref).open(ref, from);
            }
        };
    }

    private MediaStore storeOf(MediaRef ref) {
        return switch (ref) {
            case MediaRef.InKafka k when k.topic().equals(Topics.MEDIA) -> transport.media();
            case MediaRef.InKafka _, MediaRef.InBucket _ -> transport.results();
            case MediaRef.Joined _ -> transport.media();
        };
    }

    private List<TopicPartitionInfo> partitionsOfEvents() {
        try {
            return transport
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
        var topics = new ArrayList<String>(Topics.jobs(endpoints.keySet()));
        topics.addAll(List.of(Topics.EVENTS, Topics.MEDIA, Topics.RESULTS));
        return topics;
    }

    private String advertisedHost() {
        if (!config.advertisedHost().isBlank()) {
            return config.advertisedHost();
        }
        try {
            boolean any = InetAddress.getByName(config.host()).isAnyLocalAddress();
            return any ? InetAddress.getLocalHost().getHostName() : config.host();
        } catch (UnknownHostException e) {
            return config.host();
        }
    }
}
