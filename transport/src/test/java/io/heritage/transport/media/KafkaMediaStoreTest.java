package io.heritage.transport.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.queue.QueueSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedBroker.class)
class KafkaMediaStoreTest {
    private static final int CHUNK = ChunkFormat.CHUNK_BYTES;
    private static final EndpointId ENDPOINT = new EndpointId("media-test");

    private final SharedBroker.Running broker;
    private final KafkaTransport transport;
    private final MediaStore media;

    KafkaMediaStoreTest(SharedBroker.Running broker) {
        this.broker = broker;
        this.transport = broker.transport(ENDPOINT);
        this.media = transport.media();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 20_000_000})
    void whatIsWrittenIsRead(int length) throws IOException {
        byte[] bytes = random(length);

        MediaRef ref = write(media, key(), bytes);

        assertThat(ref.bytes()).isEqualTo(length);
        assertThat(read(ref)).isEqualTo(bytes);
        assertThat(transferred(ref)).isEqualTo(bytes);
    }

    @Test
    void bytesWrittenOneByOneAreTheSame() throws IOException {
        byte[] bytes = random(CHUNK + 10);
        try (MediaUpload upload = media.begin(key())) {
            MediaPart part = upload.part("body", "application/octet-stream");
            for (byte b : bytes) {
                part.write(b);
            }
            part.close();

            assertThat(read(part.durable())).isEqualTo(bytes);
        }
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

    /** More uploads than partitions, the same part names, and one pair even the same key. */
    @Test
    void interleavedUploadsAreToldApart() throws Exception {
        int uploads = 12;
        var barrier = new CyclicBarrier(uploads);
        String sharedKey = key();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            var refs = new ArrayList<Future<MediaRef>>();
            var contents = new ArrayList<byte[]>();
            for (int i = 0; i < uploads; i++) {
                byte[] bytes = random(4 * CHUNK + i);
                String key = i < uploads / 2 ? sharedKey : key();
                contents.add(bytes);
                refs.add(
                        writers.submit(() -> {
                            barrier.await();
                            return write(media, key, bytes);
                        }));
            }
            for (int i = 0; i < uploads; i++) {
                assertThat(read(refs.get(i).get())).isEqualTo(contents.get(i));
            }
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
                .get();

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
        var config = SharedBroker.config(broker.broker(), Duration.ofMillis(500), 1);
        try (var single =
                KafkaTransport.open(
                        config, QueueSettings.defaults(), Clock.systemUTC(), new Random())) {
            MediaUpload abandoned = single.media().begin(key());
            MediaPart part = abandoned.part("body", "application/octet-stream");
            part.write(random(2 * CHUNK));
            assertThatThrownBy(() -> single.media().begin(key()))
                    .isInstanceOf(TransportUnavailable.class)
                    .hasMessageContaining("concurrent-uploads");
            abandoned.close();

            byte[] bytes = random(100);
            assertThat(read(write(single.media(), key(), bytes))).isEqualTo(bytes);
            assertThatThrownBy(part::durable).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> part.write(1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aStreamLeftInTheMiddleDisturbsNobody() throws IOException {
        byte[] bytes = random(3 * CHUNK);
        MediaRef ref = write(media, key(), bytes);
        try (var in = media.open(ref)) {
            assertThat(in.readNBytes(10)).hasSize(10);
        }

        assertThat(read(ref)).isEqualTo(bytes);
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

    private byte[] transferred(MediaRef ref) throws IOException {
        try (var in = media.open(ref)) {
            var out = new ByteArrayOutputStream();
            in.transferTo(out);
            return out.toByteArray();
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
