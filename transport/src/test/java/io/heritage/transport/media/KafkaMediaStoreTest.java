package io.heritage.transport.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import io.heritage.transport.kafka.ClientSettings;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class KafkaMediaStoreTest {
    private static final int CHUNK = ChunkFormat.CHUNK_BYTES;
    private static final EndpointId ENDPOINT = new EndpointId("media-test");

    private final TestBroker broker;
    private final KafkaTransport transport;
    private final MediaStore media;

    KafkaMediaStoreTest(TestBroker broker) {
        this.broker = broker;
        this.transport = broker.transport(ENDPOINT);
        this.media = transport.media();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void manyPartsOfOneUploadAreReadInTurnAndAcross() throws IOException {
        var parts = new ArrayList<byte[]>();
        var refs = new ArrayList<MediaRef>();
        try (MediaUpload upload = media.begin(key())) {
            for (int i = 0; i < 129; i++) {
                parts.add(random(20_000 + i));
                MediaPart part = upload.part("frame-" + i, "image/png");
                part.write(parts.get(i));
                part.close();
                refs.add(part.durable());
            }
        }
        for (int i = 0; i < refs.size(); i++) {
            assertThat(read(refs.get(i))).isEqualTo(parts.get(i));
        }
        for (int i = refs.size() - 1; i >= 0; i -= 16) {
            assertThat(read(refs.get(i))).isEqualTo(parts.get(i));
        }
    }

    @Test
    void mediaThatRetentionRemovedIsLost() throws Exception {
        var ref = (MediaRef.InKafka) write(media, key(), random(3 * CHUNK));
        var partition = new TopicPartition(ref.topic(), ref.partition());
        transport
                .admin()
                .deleteRecords(
                        Map.of(partition, RecordsToDelete.beforeOffset(ref.firstOffset() + 1)))
                .all()
                .get(2, TimeUnit.MINUTES);

        assertThatThrownBy(() -> read(ref))
                .isInstanceOf(MediaLost.class)
                .hasMessageContaining("retention removed it");
        byte[] later = random(1000);
        assertThat(read(write(media, key(), later))).isEqualTo(later);
    }

    @Test
    void mediaOfAnotherHashLengthOrPlaceIsLost() throws IOException {
        var ref = (MediaRef.InKafka) write(media, key(), random(2 * CHUNK));

        assertLost(
                copy(ref, ref.firstOffset(), ref.chunks(), ref.bytes(), "0".repeat(64)), "sha-256");
        assertLost(copy(ref, ref.firstOffset(), ref.chunks(), 7, ref.sha256()), "expected 7");
        assertLost(
                copy(ref, ref.firstOffset(), ref.chunks() + 1, ref.bytes(), ref.sha256()),
                "2 of 3 chunks");
        assertLost(
                copy(ref, ref.firstOffset() + 1, 1, ref.bytes(), ref.sha256()),
                "chunk 0 is missing");
    }

    @Test
    void anAbandonedUploadFreesItsSlotAndLeavesOthersReadable() throws IOException {
        var settings = new ClientSettings(broker.config());
        var raw = new ByteArraySerializer();
        try (var producer = new KafkaProducer<>(settings.mediaProducer(), raw, raw);
                var readers = new MediaReaders(settings)) {
            var single =
                    new KafkaMediaStore(
                            Topics.MEDIA,
                            producer,
                            new UploadSlots(1, Duration.ofMillis(50), new Random(1)),
                            readers,
                            MediaRoom.UNLIMITED,
                            Duration.ofHours(1));
            MediaUpload abandoned = single.begin(key());
            MediaPart part = abandoned.part("body", "application/octet-stream");
            part.write(random(2 * CHUNK));
            assertThatThrownBy(() -> single.begin(key()))
                    .isInstanceOf(TransportUnavailable.class)
                    .hasMessageContaining("concurrent-uploads");
            abandoned.close();

            byte[] bytes = random(100);
            assertThat(read(write(single, key(), bytes))).isEqualTo(bytes);
        }
    }

    /** 32 at once in a test JVM of 1 GiB, each of them in the middle of its piece. */
    @Test
    void manyAtOnceReadALargePieceWithinTheBudget() throws IOException {
        byte[] bytes = random(12 << 20);
        MediaRef ref = write(media, key(), bytes);
        long before = directMemory();
        var streams = new ArrayList<InputStream>();
        try {
            for (int i = 0; i < 32; i++) {
                InputStream in = media.open(ref);
                streams.add(in);
                assertThat(in.readNBytes(CHUNK)).isEqualTo(Arrays.copyOf(bytes, CHUNK));
            }
            for (InputStream in : streams) {
                assertThat(in.readAllBytes()).hasSize(bytes.length - CHUNK);
                in.close();
            }
            assertThat(directMemory() - before).isLessThan(128L << 20);
        } finally {
            for (InputStream in : streams) {
                in.close();
            }
        }
    }

    /** Threads keep the buffers they write sockets with; fetched bytes are on the heap. */
    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private void assertLost(MediaRef ref, String message) {
        assertThatThrownBy(() -> read(ref))
                .isInstanceOf(MediaLost.class)
                .hasMessageContaining(message);
    }

    private static MediaRef copy(
            MediaRef.InKafka ref, long first, int chunks, long bytes, String sha256) {
        return new MediaRef.InKafka(
                ref.topic(),
                ref.partition(),
                first,
                ref.lastOffset(),
                ref.key(),
                ref.part(),
                chunks,
                bytes,
                sha256,
                ref.mediaType());
    }

    private static MediaRef write(MediaStore store, String key, byte[] bytes) throws IOException {
        try (MediaUpload upload = store.begin(key)) {
            MediaPart part = upload.part("body", "application/octet-stream");
            part.write(bytes);
            part.close();
            return part.durable();
        }
    }

    private byte[] read(MediaRef ref) throws IOException {
        try (var in = media.open(ref)) {
            return in.readAllBytes();
        }
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
