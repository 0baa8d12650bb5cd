package io.heritage.benchmarks;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Throughput of media through our transport, against a bare producer and consumer with the same
 * chunk size, acknowledgements and fetch size, in turns; also the latency of bare Kafka hops. Our
 * transport hashes every byte on write and on read and verifies the hash; the bare one does not.
 */
public final class MediaTransportBenchmark {
    private static final int OBJECT_BYTES = 64 << 20;
    private static final int CHUNK_BYTES = 510 << 10;
    private static final int ROUNDS = 8;
    private static final int WARM_UP = 2;

    private final String bootstrapServers;
    private final MediaStore media;
    private final byte[] source = new byte[CHUNK_BYTES];

    private MediaTransportBenchmark(String bootstrapServers, MediaStore media) {
        this.bootstrapServers = bootstrapServers;
        this.media = media;
        new Random(1).nextBytes(source);
    }

    public static void main(String[] args) throws Exception {
        Path dir = Files.createTempDirectory("heritage-benchmark");
        long start = System.nanoTime();
        try (var broker = EmbeddedBroker.start(dir)) {
            System.out.printf(
                    "broker on an empty folder: ready after %.1f s%n",
                    (System.nanoTime() - start) / 1e9);
            try (var transport = KafkaTransport.open(config(broker))) {
                transport.createTopics(List.of(new EndpointId("benchmark")));
                new MediaTransportBenchmark(broker.bootstrapServers(), transport.media()).run();
            }
            System.out.println(
                    "bare hops, produce > share poll > produce > poll: "
                            + new BareKafkaHops(broker.bootstrapServers()).measure(200, 1000));
        } finally {
            delete(dir);
        }
    }

    private void run() throws Exception {
        var rates = new ArrayList<double[]>();
        for (int round = 0; round < ROUNDS + WARM_UP; round++) {
            double[] rate = round();
            if (round >= WARM_UP) {
                rates.add(rate);
            }
        }
        double[] median = new double[4];
        for (int i = 0; i < median.length; i++) {
            int column = i;
            median[i] = rates.stream().mapToDouble(r -> r[column]).sorted().toArray()[ROUNDS / 2];
        }
        print("write", median[0], median[2]);
        print("read", median[1], median[3]);
    }

    /** MB/s: our write, our read, bare write, bare read. */
    private double[] round() throws Exception {
        long start = System.nanoTime();
        MediaRef ref = write();
        double ourWrite = rateSince(start);
        start = System.nanoTime();
        try (var in = media.open(ref)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        double ourRead = rateSince(start);
        try (var bare = new BareMedia(bootstrapServers)) {
            bare.connect();
            start = System.nanoTime();
            long first = bare.write(source, OBJECT_BYTES / CHUNK_BYTES);
            double bareWrite = rateSince(start);
            start = System.nanoTime();
            bare.read(first, OBJECT_BYTES / CHUNK_BYTES);
            return new double[] {ourWrite, ourRead, bareWrite, rateSince(start)};
        }
    }

    private MediaRef write() throws IOException {
        try (MediaUpload upload = media.begin("benchmark")) {
            MediaPart part = upload.part("body", "application/octet-stream");
            for (int i = 0; i < OBJECT_BYTES / CHUNK_BYTES; i++) {
                part.write(source);
            }
            part.close();
            return part.durable();
        }
    }

    private static double rateSince(long start) {
        return OBJECT_BYTES / 1e6 / ((System.nanoTime() - start) / 1e9);
    }

    private static void print(String what, double ours, double bare) {
        System.out.printf(
                "%-5s %4.0f MB/s, bare Kafka %4.0f MB/s, ratio %.2f (64 MiB objects, median of %d)%n",
                what, ours, bare, ours / bare, ROUNDS);
    }

    private static KafkaConfig config(EmbeddedBroker broker) {
        KafkaConfig defaults = KafkaConfig.defaults();
        return new KafkaConfig(
                broker.bootstrapServers(),
                Map.of(),
                16,
                4,
                -1,
                Duration.ofHours(1),
                8L << 30,
                defaults.uploadTimeout(),
                defaults.concurrentUploads(),
                defaults.uploadBufferBytes());
    }

    private static void delete(Path dir) throws IOException {
        List<Path> paths;
        try (var walk = Files.walk(dir)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }

    /** A bare producer and consumer on one partition of the media topic. */
    private static final class BareMedia implements AutoCloseable {
        private static final TopicPartition PARTITION = new TopicPartition(Topics.MEDIA, 0);

        private final KafkaProducer<byte[], byte[]> producer;
        private final KafkaConsumer<byte[], byte[]> consumer;

        BareMedia(String bootstrapServers) {
            var serializer = new ByteArraySerializer();
            var deserializer = new ByteArrayDeserializer();
            this.producer =
                    new KafkaProducer<>(
                            Map.of(
                                    "bootstrap.servers",
                                    bootstrapServers,
                                    "acks",
                                    "all",
                                    "linger.ms",
                                    5,
                                    "batch.size",
                                    1 << 20,
                                    "max.request.size",
                                    4 << 20),
                            serializer,
                            serializer);
            this.consumer =
                    new KafkaConsumer<>(
                            Map.of(
                                    "bootstrap.servers",
                                    bootstrapServers,
                                    "max.partition.fetch.bytes",
                                    8 << 20,
                                    "fetch.max.wait.ms",
                                    10),
                            deserializer,
                            deserializer);
        }

        /** Connects both clients before the measurement. */
        void connect() throws Exception {
            long offset = write(new byte[1], 1);
            read(offset, 1);
        }

        /** The offset of the first chunk. */
        long write(byte[] chunk, int chunks) throws Exception {
            var first = producer.send(record(chunk));
            for (int i = 1; i < chunks; i++) {
                var _ = producer.send(record(chunk));
            }
            producer.flush();
            return first.get().offset();
        }

        void read(long first, int chunks) {
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, first);
            for (int read = 0; read < chunks; ) {
                read += consumer.poll(Duration.ofSeconds(1)).count();
            }
        }

        private static ProducerRecord<byte[], byte[]> record(byte[] chunk) {
            return new ProducerRecord<>(Topics.MEDIA, 0, null, chunk);
        }

        @Override
        public void close() {
            producer.close();
            consumer.close();
        }
    }
}
