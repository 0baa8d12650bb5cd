package io.heritage.transport;

import io.heritage.observe.Meters;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.bucket.BucketConfig;
import io.heritage.transport.bucket.BucketMediaStore;
import io.heritage.transport.bucket.MediaBucket;
import io.heritage.transport.kafka.ClientSettings;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.log.CommandBus;
import io.heritage.transport.log.ControlBoard;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.log.JobLog;
import io.heritage.transport.log.KafkaCommandBus;
import io.heritage.transport.log.KafkaControlBoard;
import io.heritage.transport.log.KafkaEventLog;
import io.heritage.transport.log.KafkaJobLog;
import io.heritage.transport.log.KafkaWorkerBoard;
import io.heritage.transport.log.RecordProducer;
import io.heritage.transport.log.WorkerBoard;
import io.heritage.transport.media.KafkaMediaRoom;
import io.heritage.transport.media.KafkaMediaStore;
import io.heritage.transport.media.MediaReaders;
import io.heritage.transport.media.MediaRoom;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MeteredMediaStore;
import io.heritage.transport.media.UploadSlots;
import io.heritage.transport.queue.JobQueue;
import io.heritage.transport.queue.KafkaJobQueue;
import io.heritage.transport.queue.KafkaQueueWindows;
import io.heritage.transport.queue.QueueSettings;
import io.heritage.transport.queue.QueueWindows;
import io.heritage.transport.queue.ShardDeal;
import io.heritage.transport.queue.WaitingStarts;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * All access of this process to Kafka; one per process. At first it opens only two producers and an
 * admin client. Safe for use by any number of threads.
 */
public final class KafkaTransport implements AutoCloseable {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final KafkaConfig config;
    private volatile QueueSettings queueSettings;
    private final ClientSettings settings;
    private final Clock clock;
    private final Admin admin;
    private final Producer<byte[], byte[]> mediaProducer;
    private final Producer<byte[], byte[]> eventProducer;
    private final RecordProducer records;
    private @Nullable Producer<byte[], byte[]> heartbeatProducer;
    private final MediaReaders readers;
    private final ShardDeal deal;
    private final MediaStore media;
    private final MediaStore results;
    private final RandomGenerator random;
    private final Meters meters;
    private final @Nullable MediaBucket bucket;
    private final List<KafkaMediaRoom> rooms = new CopyOnWriteArrayList<>();
    private final List<Admin> roomAdmins = new CopyOnWriteArrayList<>();

    private KafkaTransport(
            KafkaConfig config,
            QueueSettings queueSettings,
            Clock clock,
            RandomGenerator random,
            @Nullable MediaBucket bucket,
            Meters meters,
            Traces traces) {
        this.meters = meters;
        this.bucket = bucket;
        this.config = config;
        this.queueSettings = queueSettings;
        this.settings = new ClientSettings(config);
        this.clock = clock;
        this.admin = Admin.create(settings.admin());
        var bytes = new ByteArraySerializer();
        this.mediaProducer = new KafkaProducer<>(settings.mediaProducer(), bytes, bytes);
        this.eventProducer = new KafkaProducer<>(settings.eventProducer(), bytes, bytes);
        this.records = new RecordProducer(eventProducer, traces);
        this.readers = new MediaReaders(settings);
        this.deal = KafkaJobQueue.deal(admin, config);
        this.random = random;
        this.media = store(Topics.MEDIA, MediaRoom.UNLIMITED);
        this.results = store(Topics.RESULTS, MediaRoom.UNLIMITED);
    }

    /** Does not wait for Kafka; the first use does. */
    public static KafkaTransport open(KafkaConfig config) {
        return open(config, BucketConfig.defaults(), Meters.none(), Traces.none());
    }

    /**
     * As above, and records metrics of media and claims, and spans of jobs and ends of attempts.
     *
     * @param large where large media are, if the configuration names a bucket
     */
    public static KafkaTransport open(
            KafkaConfig config, BucketConfig large, Meters meters, Traces traces) {
        return new KafkaTransport(
                config,
                QueueSettings.defaults(),
                Clock.systemUTC(),
                new Random(),
                bucket(config, large),
                meters,
                traces);
    }

    public static KafkaTransport open(
            KafkaConfig config, QueueSettings queue, Clock clock, RandomGenerator random) {
        return open(config, BucketConfig.defaults(), queue, clock, random);
    }

    /** As above, with large media in a bucket. */
    public static KafkaTransport open(
            KafkaConfig config,
            BucketConfig large,
            QueueSettings queue,
            Clock clock,
            RandomGenerator random) {
        return new KafkaTransport(
                config, queue, clock, random, bucket(config, large), Meters.none(), Traces.none());
    }

    private static @Nullable MediaBucket bucket(KafkaConfig config, BucketConfig large) {
        return large.target().isEmpty() ? null : new MediaBucket(large, config.uploadTimeout());
    }

    /** The bucket's limit of inputs that are written at the same time. */
    public OptionalInt uploadsAtOnce() {
        return bucket == null ? OptionalInt.empty() : OptionalInt.of(bucket.uploads());
    }

    /**
     * Whether the bucket for large media, if there is one, can be written and read.
     *
     * @throws TransportUnavailable if not
     */
    public void requireBucket() {
        if (bucket != null) {
            bucket.requireUsable();
        }
    }

    /**
     * Creates what is missing and sets up the queues of the endpoints; returns once all of it can
     * be used. To be done by every process before anything else; leaves existing topics as they
     * are.
     *
     * @throws TransportUnavailable if Kafka does not answer
     * @throws IllegalStateException if the cluster has no share groups
     */
    public void createTopics(Collection<EndpointId> endpoints) {
        QueueSettings wanted = queueSettings;
        int window = new TopicSetup(admin, config, wanted).create(endpoints);
        queueSettings = wanted.withWindow(Math.min(window, wanted.window()));
    }

    /** Inputs, in {@code heritage.media}. */
    public MediaStore media() {
        return media;
    }

    /**
     * Inputs. Refuses media that would evict those of unfinished jobs or fill a disk. One per
     * process, after {@link #createTopics}.
     *
     * @throws TransportUnavailable if Kafka does not tell how much room there is
     */
    public MediaStore limitedMedia(Collection<EndpointId> endpoints) {
        var bytes = new ByteArrayDeserializer();
        Admin impatient = Admin.create(settings.impatientAdmin());
        roomAdmins.add(impatient);
        QueueWindows windows = new KafkaQueueWindows(impatient, queueSettings.window());
        KafkaMediaRoom room =
                KafkaMediaRoom.ofInputs(
                        impatient,
                        new KafkaConsumer<>(settings.impatientTail(), bytes, bytes),
                        () -> windows.topics(endpoints),
                        queue -> windows.of(queue).startOffset(),
                        config.mediaRetentionBytes());
        rooms.add(room);
        return store(Topics.MEDIA, room);
    }

    /**
     * Outputs, as far as disks have room. One a process.
     *
     * @throws TransportUnavailable if Kafka does not tell how much room there is
     */
    public MediaStore limitedResults() {
        KafkaMediaRoom room = KafkaMediaRoom.ofResults(admin);
        rooms.add(room);
        return store(Topics.RESULTS, room);
    }

    /** Pieces of media that may be read at the same time without one waiting for another. */
    public int readersAtOnce() {
        return readers.atOnce();
    }

    /** Outputs, in {@code heritage.results}. */
    public MediaStore results() {
        return results;
    }

    public JobLog jobs() {
        return new KafkaJobLog(records, deal::shardOf, config.fairShares());
    }

    /** The caller closes it, before this. The first {@code take} joins the groups. */
    public JobQueue queue(Collection<EndpointId> endpoints, WorkerId worker) {
        return new KafkaJobQueue(endpoints, worker, queueSettings, settings, admin, config, meters);
    }

    /** Progress of the queues. */
    public QueueWindows windows() {
        return new KafkaQueueWindows(admin, queueSettings.window());
    }

    /** Offsets from which jobs that wait for their owner's turn are needed. */
    public WaitingStarts waitingStarts() {
        return new WaitingStarts(admin);
    }

    public EventLog events() {
        return new KafkaEventLog(records, this::tailConsumer);
    }

    public CommandBus commands() {
        return new KafkaCommandBus(records, this::tailConsumer, clock);
    }

    public WorkerBoard workers() {
        return new KafkaWorkerBoard(this::heartbeatRecords, this::tailConsumer);
    }

    public ControlBoard controls() {
        return new KafkaControlBoard(records, this::tailConsumer);
    }

    /** Client for other questions to Kafka: lag, disk use. Closed with this. */
    public Admin admin() {
        return admin;
    }

    /** Sends posted records for at most 5 s, then closes the connections. */
    @Override
    public void close() {
        rooms.forEach(KafkaMediaRoom::close);
        roomAdmins.forEach(roomAdmin -> roomAdmin.close(CLOSE_WITHIN));
        readers.close();
        eventProducer.close(CLOSE_WITHIN);
        closeHeartbeats();
        mediaProducer.close(CLOSE_WITHIN);
        if (bucket != null) {
            bucket.close();
        }
        admin.close(CLOSE_WITHIN);
    }

    private MediaStore store(String topic, MediaRoom room) {
        var slots = new UploadSlots(config.concurrentUploads(), config.uploadTimeout(), random);
        MediaStore store =
                new KafkaMediaStore(
                        topic, mediaProducer, slots, readers, room, config.mediaRetention());
        return new MeteredMediaStore(
                bucket == null ? store : new BucketMediaStore(store, bucket, topic), topic, meters);
    }

    private synchronized RecordProducer heartbeatRecords() {
        if (heartbeatProducer == null) {
            var bytes = new ByteArraySerializer();
            heartbeatProducer = new KafkaProducer<>(settings.eventProducer(), bytes, bytes);
        }
        return new RecordProducer(heartbeatProducer, Traces.none());
    }

    private synchronized void closeHeartbeats() {
        if (heartbeatProducer != null) {
            heartbeatProducer.close(CLOSE_WITHIN);
        }
    }

    private Consumer<byte[], byte[]> tailConsumer() {
        var bytes = new ByteArrayDeserializer();
        return new KafkaConsumer<>(settings.tail(), bytes, bytes);
    }
}
