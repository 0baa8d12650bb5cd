package io.heritage.transport.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.KafkaPorts;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.Ports;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.MediaLost;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaStoreContract;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Media of 1.5 MiB or more in a real S3 service, smaller ones in Kafka. */
@ExtendWith(SharedBroker.class)
class BucketMediaStoreTest extends MediaStoreContract {
    private static final int LARGE = 3 << 19;
    private static S3Server s3;

    private final KafkaConfig kafka;
    private final KafkaPorts ports;

    @BeforeAll
    static void start() throws Exception {
        s3 = new S3Server();
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
    }

    BucketMediaStoreTest(TestBroker broker) {
        kafka = broker.config();
        ports = new KafkaPorts(kafka, SharedBroker.SHORT_LOCK, s3.config(LARGE), s3::remove);
    }

    @AfterEach
    void close() {
        ports.close();
    }

    @Override
    protected Ports ports() {
        return ports;
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static MediaRef write(MediaUpload upload, String name, byte[] bytes)
            throws IOException {
        MediaPart part = upload.part(name, "video/mp4");
        part.write(bytes);
        part.close();
        return part.durable();
    }

    @Test
    void piecesOfOneUploadGoWhereTheyFit() throws IOException {
        MediaStore media = ports.media();
        byte[] small = noise(LARGE - 1);
        byte[] large = noise(LARGE);
        byte[] huge = noise(2 * S3Bucket.PART_BYTES + 3);
        try (MediaUpload upload = media.begin("several")) {
            MediaRef first = write(upload, "large", large);
            MediaRef second = write(upload, "small", small);
            MediaRef third = write(upload, "huge", huge);

            assertThat(first).isInstanceOf(MediaRef.InBucket.class);
            assertThat(second).isInstanceOf(MediaRef.InKafka.class);
            assertThat(third).isInstanceOf(MediaRef.InBucket.class);
            assertThat(read(media, first)).isEqualTo(large);
            assertThat(read(media, second)).isEqualTo(small);
            assertThat(read(media, third)).isEqualTo(huge);
            assertThat(((MediaRef.InBucket) third).object())
                    .startsWith("heritage/heritage.media/several/huge-");
        }
    }

    @Test
    void whatIsKnownToBeSmallTakesNoBuffer() throws IOException {
        try (MediaUpload upload = ports.media().begin("known", LARGE - 1)) {
            assertThat(upload).isNotInstanceOf(BucketMediaUpload.class);
            assertThat(write(upload, "it", noise(100))).isInstanceOf(MediaRef.InKafka.class);
        }
    }

    @Test
    void whatIsLargeNeedsNoRoomInATopic() {
        var asked = new ArrayList<String>();
        MediaStore full = new FullStore(asked);
        try (var bucket = new MediaBucket(s3.config(LARGE), Duration.ofSeconds(1))) {
            var store = new BucketMediaStore(full, bucket, "heritage.media");
            store.requireRoom(LARGE - 1);
            store.requireRoom(LARGE);
        }
        assertThat(asked).containsExactly("room for " + (LARGE - 1), "disk");
    }

    /** Notes what it is asked for. */
    private record FullStore(List<String> asked) implements MediaStore {
        @Override
        public void requireRoom(long bytes) {
            asked.add("room for " + bytes);
        }

        @Override
        public void requireDisk() {
            asked.add("disk");
        }

        @Override
        public MediaUpload begin(String key) {
            throw new AssertionError(key);
        }

        @Override
        public InputStream open(MediaRef ref) {
            throw new AssertionError(ref);
        }
    }

    @Test
    void aPartThatCannotBeSentIsGivenUpAndWhatIsLeftOfItIsTold() throws Exception {
        var logger = (Logger) LoggerFactory.getLogger(S3Object.class);
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        logger.addAppender(logged);
        var away = new S3Server();
        try (var bucket = new MediaBucket(away.config(LARGE), Duration.ofSeconds(1));
                MediaUpload upload =
                        new BucketMediaStore(ports.media(), bucket, "heritage.media")
                                .begin("broken")) {
            MediaPart part = upload.part("it", "video/mp4");
            part.write(noise(S3Bucket.PART_BYTES + 1));
            assertThat(away.unfinished()).isEqualTo(1);
            away.close();

            byte[] more = noise(S3Bucket.PART_BYTES);
            assertThatThrownBy(() -> part.write(more)).isInstanceOf(TransportUnavailable.class);
            part.close();
            assertThatThrownBy(part::durable)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was not stored completely");
        } finally {
            logger.detachAppender(logged);
        }
        assertThat(logged.list)
                .singleElement()
                .satisfies(line ->
                        assertThat(line.getKeyValuePairs().toString())
                                .contains("heritage/heritage.media/broken/it-")
                                .doesNotContain(S3Server.SECRET));
    }

    @Test
    void inputsThatHoldAllBuffersKeepNoResultOut() throws IOException {
        try (var bucket = new MediaBucket(s3.config(LARGE), Duration.ofMillis(1))) {
            var inputs = new BucketMediaStore(ports.media(), bucket, "heritage.media");
            var results = new BucketMediaStore(ports.results(), bucket, "heritage.results");
            var open = new ArrayList<MediaUpload>();
            for (int i = 0; i < bucket.uploads(); i++) {
                open.add(inputs.begin("held"));
                open.getLast().part("it", "video/mp4").write(1);
            }
            try (MediaUpload late = inputs.begin("late")) {
                MediaPart part = late.part("it", "video/mp4");
                assertThatThrownBy(() -> part.write(1)).isInstanceOf(TransportUnavailable.class);
            }
            try (MediaUpload result = results.begin("job")) {
                assertThat(write(result, "it", noise(LARGE))).isInstanceOf(MediaRef.InBucket.class);
            }
            open.removeLast().close();
            try (MediaUpload late = inputs.begin("late")) {
                assertThat(write(late, "it", noise(LARGE))).isInstanceOf(MediaRef.InBucket.class);
            }
            open.forEach(MediaUpload::close);
        }
    }

    @Test
    void anAbandonedUploadLeavesNothing() throws IOException {
        List<String> before = s3.keys();
        MediaUpload upload = ports.media().begin("abandoned");
        upload.part("it", "video/mp4").write(noise(S3Bucket.PART_BYTES + 1));
        assertThat(s3.unfinished()).isEqualTo(1);

        upload.close();

        assertThat(s3.unfinished()).isZero();
        assertThat(s3.keys()).isEqualTo(before);
    }

    @Test
    void anObjectOfOtherBytesIsLost() throws IOException {
        MediaStore media = ports.media();
        MediaRef.InBucket ref;
        try (MediaUpload upload = media.begin("wrong")) {
            ref = (MediaRef.InBucket) write(upload, "it", noise(LARGE));
        }
        for (MediaRef wrong :
                List.of(
                        new MediaRef.InBucket(
                                ref.object(), ref.part(), LARGE, "0".repeat(64), ref.mediaType()),
                        new MediaRef.InBucket(
                                ref.object(), ref.part(), LARGE - 1, ref.sha256(), ref.mediaType()),
                        new MediaRef.InBucket(
                                ref.object(), ref.part(), LARGE + 1, ref.sha256(), ref.mediaType()),
                        new MediaRef.InBucket(
                                ref.object() + "x",
                                ref.part(),
                                LARGE,
                                ref.sha256(),
                                ref.mediaType()))) {
            assertThatThrownBy(() -> read(media, wrong)).isInstanceOf(MediaLost.class);
        }
    }

    @Test
    void aServiceThatIsAwayIsToldAsSuch() throws IOException {
        try (var nobody = new Socket()) { // has a port, and does not listen
            nobody.bind(new InetSocketAddress("127.0.0.1", 0));
            refusesAsAway("http://127.0.0.1:" + nobody.getLocalPort());
        }
    }

    private void refusesAsAway(String url) throws IOException {
        var away =
                new BucketConfig(
                        url,
                        S3Server.BUCKET,
                        S3Server.ID,
                        S3Server.SECRET,
                        "",
                        "",
                        LARGE,
                        Duration.ofSeconds(2));
        try (var bucket = new MediaBucket(away, Duration.ofSeconds(1))) {
            assertThatThrownBy(bucket::requireUsable)
                    .isInstanceOf(TransportUnavailable.class)
                    .hasMessage("127.0.0.1/films: cannot write, read and delete there")
                    .hasMessageNotContaining(S3Server.SECRET);
            var store = new BucketMediaStore(ports.media(), bucket, "heritage.media");
            try (MediaUpload upload = store.begin("away")) {
                MediaPart part = upload.part("it", "video/mp4");
                part.write(noise(LARGE));
                assertThatThrownBy(part::close).isInstanceOf(TransportUnavailable.class);
                assertThatThrownBy(part::durable).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void aProcessThatKnowsOfNoBucketSaysSo() throws IOException {
        MediaRef ref;
        try (MediaUpload upload = ports.media().begin("elsewhere")) {
            ref = write(upload, "it", noise(LARGE));
        }
        try (KafkaTransport without = KafkaTransport.open(kafka)) {
            assertThatThrownBy(() -> without.media().open(ref))
                    .isInstanceOf(TransportUnavailable.class)
                    .hasMessageContaining("media-bucket is not configured here");
        }
    }

    private static byte[] read(MediaStore store, MediaRef ref) throws IOException {
        try (InputStream in = store.open(ref)) {
            return in.readAllBytes();
        }
    }
}
