package io.heritage.sink;

import io.helidon.webserver.WebServer;
import io.heritage.http.CloseIfAsked;
import io.heritage.http.InternalSecret;
import io.heritage.sink.fold.FoldProgress;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobRules;
import io.heritage.sink.fold.RunTimes;
import io.heritage.sink.fold.Waiters;
import io.heritage.sink.fold.WebhookResends;
import io.heritage.sink.fold.WorkerPresence;
import io.heritage.sink.frame.FramePictures;
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
import io.heritage.sink.queue.QueueOrder;
import io.heritage.sink.queue.Turns;
import io.heritage.sink.reply.MediaSource;
import io.heritage.sink.reply.Replies;
import io.heritage.transport.log.Controls;

/** Builds the HTTP interface of a {@link Sink}. Used once. */
final class ServerAssembly {
    private static final int LARGE_WRITE = 512 * 1024;

    private final SinkSetup setup;
    private final InternalSecret secret;
    private final Waiters waiters;
    private final FoldProgress progress;
    private final QueueOrder order;
    private final WebhookResends resends;
    private final OpenedParts opened;

    ServerAssembly(
            SinkSetup setup,
            InternalSecret secret,
            Waiters waiters,
            FoldProgress progress,
            QueueOrder order,
            WebhookResends resends,
            OpenedParts opened) {
        this.setup = setup;
        this.secret = secret;
        this.waiters = waiters;
        this.progress = progress;
        this.order = order;
        this.resends = resends;
        this.opened = opened;
    }

    /** Returns when requests are accepted. */
    WebServer start(
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
        MediaSource media = new SinkMedia(setup.transport());
        var replies =
                opened.add(
                        new Replies(
                                media,
                                setup.config().repliesAtOnce(),
                                setup.transport().readersAtOnce()));
        var frames = opened.add(new FramePictures(media));
        var outlook =
                new Outlook(
                        directory, order, turns, peers, workers, times(), controls, setup.clock());
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
                                setup.transport().windows(),
                                progress,
                                controls,
                                setup.patience().counted()),
                        demand,
                        new QueuePurge(
                                directory,
                                peers,
                                setup.transport().windows(),
                                setup.transport().events(),
                                setup.transport().commands(),
                                partitions,
                                setup.patience().purged(),
                                setup.clock()),
                        new JobList(directory, peers, controls, partitions, setup.clock()),
                        new LiveEvents(directory, peers, waiters, outlook, setup.clock()),
                        outlook,
                        new WorkerList(workers, controls, directory, peers, setup.clock()),
                        controls,
                        rules,
                        setup.transport().events(),
                        setup.transport().commands(),
                        resends,
                        frames,
                        setup.endpoints().keySet(),
                        setup.config().publicUrl(),
                        setup.patience(),
                        setup.clock());
        WebServer server =
                WebServer.builder()
                        .host(setup.config().host())
                        .port(setup.config().port())
                        .writeBufferSize(LARGE_WRITE)
                        .shutdownHook(false)
                        .useNio(false) // these write in 8 KiB steps
                        .protocolsDiscoverServices(false)
                        .addConnectionSelector(callers.selector())
                        .routing(routing ->
                                handlers.addTo(
                                        routing.addFilter(new CloseIfAsked())
                                                .addFilter(secret.filter())
                                                .addFilter(new TracedReplies(setup.traces()))))
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
}
