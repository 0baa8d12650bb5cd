package io.heritage.transport.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.ClientSettings;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import io.heritage.transport.queue.QueueWindows;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two partitions that keep 32 MiB each, of a broker that looks every 100 ms what to delete. */
class KafkaMediaRoomTest {
    private static final int MIB = 1 << 20;
    private static final EndpointId ENDPOINT = new EndpointId("room");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestBroker broker =
            TestBroker.start(1, Map.of("log.retention.check.interval.ms", "100"));
    private final KafkaConfig config = config(broker.bootstrapServers());
    private final KafkaTransport transport =
            KafkaTransport.open(config, SharedBroker.SHORT_LOCK, Clock.systemUTC(), new Random(1));
    private final Producer<byte[], byte[]> producer = producer();
    private volatile Optional<LogDirs.Disk> fullest = Optional.empty();

    /** Bytes of results, beside those that are there. */
    private volatile long resultBytes;

    private volatile OptionalInt away = OptionalInt.empty();
    private KafkaMediaRoom room;
    private MediaStore media;

    KafkaMediaRoomTest() {
        transport.createTopics(List.of(ENDPOINT));
        QueueWindows windows = transport.windows();
        var bytes = new ByteArrayDeserializer();
        room =
                KafkaMediaRoom.ofInputs(
                        answering(transport.admin()),
                        new KafkaConsumer<>(new ClientSettings(config).tail(), bytes, bytes),
                        () -> windows.topics(List.of(ENDPOINT)),
                        queue -> windows.of(queue).startOffset(),
                        this::disks,
                        config.mediaRetentionBytes(),
                        Duration.ZERO);
        media =
                new KafkaMediaStore(
                        Topics.MEDIA,
                        producer,
                        new UploadSlots(4, PATIENCE, new Random(1)),
                        new MediaReaders(new ClientSettings(config)),
                        room,
                        config.mediaRetention());
    }

    @AfterEach
    void close() {
        room.close();
        producer.close();
        transport.close();
        broker.close();
    }

    @Test
    void newJobsAreRefusedBeforeMediaOfWaitingOnesAreDeleted() throws Exception {
        finishJobsOf40MiB();
        var waiting = new ArrayList<MediaRef>();
        int taken;
        do {
            taken = waiting.size();
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 20; i++) {
                                    media.requireRoom(5 * MIB);
                                    waiting.add(submit(5 * MIB));
                                }
                            })
                    .isInstanceOf(MediaQuotaReached.class)
                    .hasMessageContaining("kafka.media-retention-bytes");
            awaitThatUploadsAreKnown();
        } while (waiting.size() > taken);
        assertThat(waiting).hasSizeBetween(8, 10);
        assertThat(partitions(waiting)).hasSize(2);

        // A small one beside large neighbours, once the last of these is known to be among them.
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> submit(100_000) != null);
        for (MediaRef ref : waiting) {
            try (var in = media.open(ref)) {
                assertThat(in.readAllBytes()).hasSize(5 * MIB);
            }
        }

        assertThat(room.keeps(1_000_000, 0)).as("a partition that is not there").isFalse();

        finish(waiting.size() + 1);
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> media.requireRoom(20 * MIB));
        submit(20 * MIB);
    }

    @Test
    void nothingIsTakenWhileADiskIsFullOrResultsTakeTheirQuotaAndAllIsTakenAfterwards()
            throws Exception {
        submit(MIB);
        try (MediaUpload begun = media.begin("k", 2 * MIB)) {
            MediaPart part = begun.part("body", "application/octet-stream");
            fullest = Optional.of(new LogDirs.Disk("/data", LogDirs.Disk.RESERVE - 1));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThatThrownBy(() -> media.requireRoom(0))
                                    .isInstanceOf(DiskFull.class)
                                    .hasMessageContaining("255 MiB are free")
                                    .hasFieldOrPropertyWithValue("folder", "/data"));
            assertThatThrownBy(() -> part.write(new byte[2 * MIB])).isInstanceOf(DiskFull.class);
        }
        resultBytes = config.mediaRetentionBytes() - 1;
        fullest = Optional.of(new LogDirs.Disk("/data", LogDirs.Disk.RESERVE));
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> media.requireRoom(0));
        submit(MIB);

        resultBytes = config.mediaRetentionBytes();
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThatThrownBy(() -> media.requireRoom(0))
                                .isInstanceOf(MediaQuotaReached.class)
                                .hasMessageContaining("results take 64 MiB")
                                .hasMessageContaining("kafka.media-retention-bytes"));
        resultBytes = 0;
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> media.requireRoom(0));
        finish(2);
    }

    @Test
    void aPartitionWhoseLeaderIsAwayTakesNothingNewAndTheOthersGoOn() throws Exception {
        var waiting = new ArrayList<MediaRef>();
        waiting.add(submit(MIB));
        awaitThatUploadsAreKnown();
        assertThat(room.of(1)).isGreaterThan(20 * MIB);

        away = OptionalInt.of(1);
        Awaitility.await().atMost(PATIENCE).until(() -> room.of(1) == 1);
        awaitThatUploadsAreKnown();
        var meanwhile = new ArrayList<MediaRef>();
        for (int i = 0; i < 4; i++) {
            media.requireRoom(MIB);
            meanwhile.add(submit(MIB));
        }
        assertThat(partitions(meanwhile)).containsExactly(0);
        assertThat(room.of(1)).as("for uploads that are under way").isPositive();

        away = OptionalInt.empty();
        Awaitility.await().atMost(PATIENCE).until(() -> room.of(1) > 20 * MIB);
        finish(5);
    }

    @Test
    void whereALeaderDoesNotTellItsBytesTheyAreCountedFromAbove() {
        var partition = new TopicPartition(Topics.MEDIA, 0);
        var dirs = new LogDirs(Set.of(2), Map.of(partition, 7L), Optional.empty());

        assertThat(dirs.bytesOf(partition, 2)).isEqualTo(7);
        assertThat(dirs.bytesOf(partition, 1)).isEqualTo(Long.MAX_VALUE);
    }

    private LogDirs disks() {
        LogDirs found = LogDirs.read(transport.admin());
        var bytes = new HashMap<>(found.bytes());
        bytes.merge(new TopicPartition(Topics.RESULTS, 0), resultBytes, Long::sum);
        return new LogDirs(found.brokers(), bytes, fullest);
    }

    /** Kafka, of which the leader of one partition of media may be away. */
    private Admin answering(Admin admin) {
        return (Admin)
                Proxy.newProxyInstance(
                        Admin.class.getClassLoader(),
                        new Class<?>[] {Admin.class},
                        (_, method, arguments) -> {
                            try {
                                Object result = method.invoke(admin, arguments);
                                return result instanceof ListOffsetsResult ends
                                        ? answered(ends, arguments)
                                        : result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private ListOffsetsResult answered(ListOffsetsResult ends, Object[] arguments) {
        var answers = new HashMap<TopicPartition, KafkaFuture<ListOffsetsResultInfo>>();
        for (Object asked : ((Map<?, ?>) arguments[0]).keySet()) {
            var partition = (TopicPartition) asked;
            boolean silent =
                    partition.topic().equals(Topics.MEDIA)
                            && away.orElse(-1) == partition.partition();
            answers.put(
                    partition, silent ? new KafkaFutureImpl<>() : ends.partitionResult(partition));
        }
        return new ListOffsetsResult(answers);
    }

    /** Until then what was uploaded just now may count twice. */
    private void awaitThatUploadsAreKnown() {
        long ended = System.nanoTime();
        long second = Duration.ofSeconds(1).toNanos();
        Awaitility.await().atMost(PATIENCE).until(() -> room.knownAt() - ended > second);
    }

    /** So much that partitions are full of what nobody needs any more. */
    private void finishJobsOf40MiB() throws Exception {
        for (int i = 0; i < 2; i++) {
            submit(20 * MIB);
        }
        finish(2);
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> media.requireRoom(27 * MIB));
    }

    private MediaRef submit(int bytes) throws IOException {
        Job job = TestJobs.job(ENDPOINT);
        MediaRef ref;
        try (MediaUpload upload = media.begin(job.id().value(), bytes)) {
            MediaPart part = upload.part("body", "application/octet-stream");
            part.write(new byte[bytes]);
            part.close();
            ref = part.durable();
        }
        transport
                .jobs()
                .submit(
                        new Job(
                                job.id(),
                                job.endpoint(),
                                job.kind(),
                                job.owner(),
                                new Payload(JsonNodeFactory.instance.objectNode(), List.of(ref)),
                                job.policy(),
                                null,
                                job.reply(),
                                job.submittedAt(),
                                0));
        return ref;
    }

    private void finish(int jobs) throws InterruptedException {
        try (JobQueue queue = transport.queue(List.of(ENDPOINT), new WorkerId("w"))) {
            for (int i = 0; i < jobs; i++) {
                try (ClaimedJob claimed = queue.take(PATIENCE).orElseThrow()) {
                    claimed.finish();
                }
            }
        }
    }

    private static Set<Integer> partitions(List<MediaRef> refs) {
        var found = new HashSet<Integer>();
        for (MediaRef ref : refs) {
            found.add(((MediaRef.InKafka) ref).partition());
        }
        return found;
    }

    private Producer<byte[], byte[]> producer() {
        var bytes = new ByteArraySerializer();
        return new KafkaProducer<>(new ClientSettings(config).mediaProducer(), bytes, bytes);
    }

    private static KafkaConfig config(String bootstrapServers) {
        KafkaConfig c = TestBroker.config(bootstrapServers);
        return new KafkaConfig(
                bootstrapServers,
                Map.of(),
                2,
                1,
                -1,
                c.mediaRetention(),
                64L * MIB,
                c.uploadTimeout(),
                4,
                c.uploadBufferBytes());
    }
}
