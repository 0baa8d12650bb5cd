package io.heritage.sink;

import io.heritage.sink.changelog.ChangelogGuard;
import io.heritage.sink.changelog.ProcessStops;
import io.heritage.sink.fold.FoldMeters;
import io.heritage.sink.fold.FoldProgress;
import io.heritage.sink.fold.FoldPulse;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobFold;
import io.heritage.sink.fold.JobRules;
import io.heritage.sink.fold.JobTopology;
import io.heritage.sink.fold.QueueStarts;
import io.heritage.sink.fold.Waiters;
import io.heritage.sink.fold.WebhookResends;
import io.heritage.sink.queue.QueueOrder;
import io.heritage.sink.queue.Turns;
import io.heritage.sink.streams.RestartingStreams;
import io.heritage.sink.streams.StreamsSettings;
import io.heritage.sink.webhook.HttpWebhooks;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.state.HostInfo;

/** Builds the fold of a {@link Sink}. Used once. */
final class FoldAssembly {
    private final SinkSetup setup;
    private final Waiters waiters;
    private final FoldPulse pulse;
    private final FoldProgress progress;
    private final QueueOrder order;
    private final WebhookResends resends;
    private final FoldMeters meters;
    private final AtomicLong badRecords;
    private final OpenedParts opened;

    FoldAssembly(
            SinkSetup setup,
            Waiters waiters,
            FoldPulse pulse,
            FoldProgress progress,
            QueueOrder order,
            WebhookResends resends,
            FoldMeters meters,
            AtomicLong badRecords,
            OpenedParts opened) {
        this.setup = setup;
        this.waiters = waiters;
        this.pulse = pulse;
        this.progress = progress;
        this.order = order;
        this.resends = resends;
        this.meters = meters;
        this.badRecords = badRecords;
        this.opened = opened;
    }

    /**
     * Not started yet.
     *
     * @param partitions of the log of events
     * @param self where other sinks reach this one
     */
    RestartingStreams streams(
            JobDirectory directory,
            JobRules rules,
            QueueStarts queues,
            Turns turns,
            List<TopicPartitionInfo> partitions,
            HostInfo self) {
        var webhooks =
                opened.add(
                        new HttpWebhooks(
                                setup.config(),
                                setup.endpoints(),
                                new SinkMedia(setup.transport()),
                                setup.traces(),
                                setup.clock()));
        var fold =
                new JobFold(
                        setup.config(),
                        setup.kafka().laneShards(),
                        setup.kafka().fairShares(),
                        rules,
                        queues,
                        waiters,
                        webhooks,
                        resends,
                        pulse,
                        progress,
                        order,
                        turns,
                        meters,
                        setup.traces(),
                        setup.clock());
        var stops = opened.add(ProcessStops.watch());
        var guard =
                new ChangelogGuard(
                        StreamsSettings.APPLICATION,
                        JobTopology.STORE,
                        setup.transport().admin(),
                        StreamsSettings.clients(setup.kafka()),
                        stops);
        var topology =
                new JobTopology(
                        setup.endpoints().keySet(),
                        partitions.size(),
                        queues,
                        guard.around(fold),
                        setup.kafka().modelLanes());
        int replicas = partitions.getFirst().replicas().size();
        var streams =
                new RestartingStreams(
                        () -> {
                            var next =
                                    new KafkaStreams(
                                            topology.addTo(new StreamsBuilder()).build(),
                                            StreamsSettings.replicated(
                                                    StreamsSettings.of(
                                                            setup.config(),
                                                            setup.kafka(),
                                                            self,
                                                            badRecords),
                                                    replicas),
                                            guard);
                            next.setGlobalStateRestoreListener(guard);
                            return next;
                        },
                        started -> directory.serve(started, self));
        opened.add(streams);
        return streams;
    }
}
