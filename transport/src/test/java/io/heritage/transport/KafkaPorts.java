package io.heritage.transport;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.bucket.BucketConfig;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.log.CommandBus;
import io.heritage.transport.log.ControlBoard;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.log.JobLog;
import io.heritage.transport.log.WorkerBoard;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.queue.JobQueue;
import io.heritage.transport.queue.QueueSettings;
import io.heritage.transport.queue.QueueWindows;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/** The product's ports on a Kafka cluster; a transport for each set of queue settings. */
public final class KafkaPorts implements Ports {
    private final QueueSettings usual;
    private final BucketConfig large;
    private final Consumer<String> removal;
    private KafkaConfig config;
    private KafkaTransport main;
    private final List<KafkaTransport> others = new ArrayList<>();

    /**
     * @param usual what most queues are created with
     */
    public KafkaPorts(KafkaConfig config, QueueSettings usual) {
        this(
                config,
                usual,
                BucketConfig.defaults(),
                key -> {
                    throw new AssertionError("no bucket for " + key);
                });
    }

    /**
     * As above, with large media in a bucket.
     *
     * @param removal of an object of the bucket
     */
    public KafkaPorts(
            KafkaConfig config, QueueSettings usual, BucketConfig large, Consumer<String> removal) {
        this.large = large;
        this.removal = removal;
        this.config = config;
        this.usual = usual;
        this.main = open(usual);
    }

    @Override
    public void createTopics(Collection<EndpointId> endpoints, QueueSettings settings) {
        with(settings).createTopics(endpoints);
    }

    @Override
    public void setLaneShards(int shards) {
        config = config.withLaneShards(shards);
        others.add(main);
        main = open(usual);
    }

    @Override
    public void setLanesShared(boolean shared) {
        config = TopicLayouts.fairShares(config, shared);
        others.add(main);
        main = open(usual);
    }

    @Override
    public JobLog jobs() {
        return main.jobs();
    }

    @Override
    public JobQueue queue(
            Collection<EndpointId> endpoints, WorkerId worker, QueueSettings settings) {
        return with(settings).queue(endpoints, worker);
    }

    @Override
    public QueueWindows windows() {
        return main.windows();
    }

    @Override
    public int members(String jobsTopic) {
        String group = Topics.shareGroup(jobsTopic);
        try {
            return main.admin()
                    .describeShareGroups(List.of(group))
                    .all()
                    .get(2, TimeUnit.MINUTES)
                    .values()
                    .iterator()
                    .next()
                    .members()
                    .size();
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public MediaStore media() {
        return main.media();
    }

    @Override
    public MediaStore results() {
        return main.results();
    }

    @Override
    public EventLog events() {
        return main.events();
    }

    @Override
    public CommandBus commands() {
        return main.commands();
    }

    @Override
    public WorkerBoard workers() {
        return main.workers();
    }

    @Override
    public ControlBoard controls() {
        return main.controls();
    }

    @Override
    public void removeByRetention(MediaRef ref) {
        for (MediaRef.Piece piece : ref.pieces()) {
            switch (piece) {
                case MediaRef.InKafka inKafka -> removeRecords(inKafka);
                case MediaRef.InBucket inBucket -> removal.accept(inBucket.object());
            }
        }
    }

    private void removeRecords(MediaRef.InKafka kafka) {
        var partition = new TopicPartition(kafka.topic(), kafka.partition());
        try {
            main.admin()
                    .deleteRecords(
                            Map.of(partition, RecordsToDelete.beforeOffset(kafka.lastOffset() + 1)))
                    .all()
                    .get(2, TimeUnit.MINUTES);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        others.forEach(KafkaTransport::close);
        main.close();
    }

    private KafkaTransport with(QueueSettings settings) {
        if (settings.equals(usual)) {
            return main;
        }
        KafkaTransport transport = open(settings);
        others.add(transport);
        return transport;
    }

    private KafkaTransport open(QueueSettings settings) {
        return KafkaTransport.open(config, large, settings, Clock.systemUTC(), new Random());
    }
}
