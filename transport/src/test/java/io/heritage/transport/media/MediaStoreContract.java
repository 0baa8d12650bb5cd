package io.heritage.transport.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.MediaRef;
import io.heritage.transport.Ports;
import io.heritage.transport.SharedBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What writers and readers of media may expect. */
public abstract class MediaStoreContract {
    private static final int CHUNK = ChunkFormat.CHUNK_BYTES;

    protected abstract Ports ports();

    @BeforeEach
    void createTopics() {
        ports().createTopics(List.of(), SharedBroker.SHORT_LOCK);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 20_000_000})
    void whatIsWrittenIsRead(int length) throws IOException {
        byte[] bytes = random(length);

        MediaRef ref = write(media(), key(), bytes);

        assertThat(ref.bytes()).isEqualTo(length);
        assertThat(read(ref)).isEqualTo(bytes);
        assertThat(transferred(ref)).isEqualTo(bytes);
    }

    @Test
    void whatIsWrittenIsReadFromAnyByteOn() throws IOException {
        byte[] bytes = random(5 * CHUNK + 3);
        MediaRef ref = write(media(), key(), bytes);

        for (int from :
                List.of(
                        0,
                        1,
                        CHUNK - 1,
                        CHUNK,
                        CHUNK + 1,
                        3 * CHUNK + 7,
                        5 * CHUNK,
                        5 * CHUNK + 3)) {
            try (InputStream in = media().open(ref, from)) {
                assertThat(in.readAllBytes())
                        .isEqualTo(Arrays.copyOfRange(bytes, from, bytes.length));
            }
        }
    }

    @Test
    void bytesWrittenOneByOneAreTheSame() throws IOException {
        byte[] bytes = random(CHUNK + 10);
        try (MediaUpload upload = media().begin(key())) {
            MediaPart part = upload.part("body", "application/octet-stream");
            for (byte b : bytes) {
                part.write(b);
            }
            part.close();

            assertThat(read(part.durable())).isEqualTo(bytes);
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
                            barrier.await(30, TimeUnit.SECONDS);
                            return write(media(), key, bytes);
                        }));
            }
            for (int i = 0; i < uploads; i++) {
                assertThat(read(refs.get(i).get(2, TimeUnit.MINUTES))).isEqualTo(contents.get(i));
            }
        }
    }

    @Test
    void mediaThatRetentionRemovedIsLost() throws IOException {
        MediaRef ref = write(media(), key(), random(3 * CHUNK));
        ports().removeByRetention(ref);

        assertThatThrownBy(() -> read(ref)).isInstanceOf(MediaLost.class);
        byte[] later = random(1000);
        assertThat(read(write(media(), key(), later))).isEqualTo(later);
    }

    @Test
    void mediaOfAnotherHashLengthOrPlaceIsLost() throws IOException {
        var ref = (MediaRef.InKafka) write(media(), key(), random(2 * CHUNK));

        for (MediaRef wrong :
                List.of(
                        copy(ref, ref.firstOffset(), ref.chunks(), ref.bytes(), "0".repeat(64)),
                        copy(ref, ref.firstOffset(), ref.chunks(), 7, ref.sha256()),
                        copy(
                                ref,
                                ref.firstOffset(),
                                ref.chunks() + 1,
                                ref.bytes(),
                                ref.sha256()))) {
            assertThatThrownBy(() -> read(wrong)).isInstanceOf(MediaLost.class);
        }
    }

    @Test
    void anAbandonedPartTakesNothingMoreAndHasNoReference() throws IOException {
        MediaUpload abandoned = media().begin(key());
        MediaPart part = abandoned.part("body", "application/octet-stream");
        part.write(random(2 * CHUNK));
        abandoned.close();

        assertThatThrownBy(part::durable).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> part.write(1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> abandoned.part("next", "image/png"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPartBeginsAfterThePartBeforeItIsClosed() throws IOException {
        try (MediaUpload upload = media().begin(key())) {
            MediaPart first = upload.part("first", "image/png");

            assertThatThrownBy(() -> upload.part("second", "image/png"))
                    .isInstanceOf(IllegalStateException.class);

            first.close();
            assertThat(upload.part("second", "image/png")).isNotNull();
        }
    }

    @Test
    void aStreamLeftInTheMiddleDisturbsNobody() throws IOException {
        byte[] bytes = random(3 * CHUNK);
        MediaRef ref = write(media(), key(), bytes);
        InputStream left = media().open(ref);
        try (left) {
            assertThat(left.readNBytes(10)).hasSize(10);
        }

        assertThat(read(ref)).isEqualTo(bytes);
        assertThatThrownBy(left::read).isInstanceOf(IOException.class);
    }

    private MediaStore media() {
        return ports().media();
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
        try (var in = media().open(ref)) {
            return in.readAllBytes();
        }
    }

    private byte[] transferred(MediaRef ref) throws IOException {
        try (var in = media().open(ref)) {
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
