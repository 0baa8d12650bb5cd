package io.heritage.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.observe.MetricsPage;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.media.DiskFull;
import io.heritage.transport.media.MediaLost;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaQuotaReached;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import io.heritage.transport.media.MeteredMediaStore;
import io.heritage.transport.memory.MemoryMediaStore;
import io.heritage.transport.memory.MemoryTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryPortsTest extends PortContracts {
    private final Ports ports = new MemoryTransport(Clock.systemUTC());
    private final MetricsPage page = new MetricsPage();

    @Override
    Ports ports() {
        return ports;
    }

    @AfterEach
    void close() {
        page.close();
        ports.close();
    }

    @Test
    void mediaAreCountedByWhereTheyAreAndWhatIsLostOrRefusedByWhy() throws IOException {
        MemoryMediaStore stored = new MemoryTransport(Clock.systemUTC()).media();
        var media = new MeteredMediaStore(stored, "heritage.media", page.meters());
        MediaRef ref;
        try (MediaUpload upload = media.begin("upload");
                MediaPart part = upload.part("picture", "image/png")) {
            part.write(new byte[10]);
            part.close();
            ref = part.durable();
            assertThat(part.durable()).as("counted once").isEqualTo(ref);
        }
        try (InputStream in = media.open(ref)) {
            assertThat(in.readNBytes(7)).hasSize(7);
        }
        stored.clear();
        try (InputStream in = media.open(ref)) {
            assertThatThrownBy(in::read).isInstanceOf(MediaLost.class);
        }
        for (var refusal : List.of(new DiskFull("full", "/data"), new MediaQuotaReached("full"))) {
            stored.refuse(refusal);
            assertThatThrownBy(() -> media.requireRoom(1)).isSameAs(refusal);
        }
        assertThat(page.text())
                .contains(
                        "heritage_media_bytes_total{direction=\"written\",store=\"kafka\",topic=\"heritage.media\"} 10.0",
                        "heritage_media_bytes_total{direction=\"read\",store=\"kafka\",topic=\"heritage.media\"} 7.0",
                        "heritage_media_errors_total{reason=\"lost\"} 1.0",
                        "heritage_media_errors_total{reason=\"disk_full\"} 1.0",
                        "heritage_media_errors_total{reason=\"quota_reached\"} 1.0");
    }

    @Test
    void whatIsReadFromTheBucketIsNotCountedAsOfKafka() throws IOException {
        var media = new MeteredMediaStore(new Five(), "heritage.results", page.meters());
        var inBucket = new MediaRef.InBucket("object", "part", 5, "", "image/png");
        var inKafka =
                new MediaRef.InKafka(
                        "heritage.results", 0, 0, 0, "key", "part", 1, 5, "", "image/png");
        var both = new MediaRef.Joined(List.of(inBucket, inKafka), "", "video/mp4");
        for (MediaRef ref : List.of(inBucket, both)) {
            try (InputStream in = media.open(ref)) {
                assertThat(in.readAllBytes()).hasSize(5);
            }
        }
        assertThat(page.text())
                .contains(
                        "heritage_media_bytes_total{direction=\"read\",store=\"bucket\",topic=\"heritage.results\"} 5.0",
                        "heritage_media_bytes_total{direction=\"read\",store=\"both\",topic=\"heritage.results\"} 5.0");
    }

    /** Has five bytes for whoever asks. */
    private static final class Five implements MediaStore {
        @Override
        public MediaUpload begin(String key) {
            throw new AssertionError(key);
        }

        @Override
        public InputStream open(MediaRef ref) {
            return new ByteArrayInputStream(new byte[5]);
        }
    }
}
