package io.heritage.sink.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoWriter;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.MediaRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What copies of media take of the heap. */
@SuppressWarnings("NullAway.Init")
class MediaCopiesTest {
    private static final int FRAMES = 10;

    @TempDir private Path folder;
    private byte[] video;

    @BeforeEach
    void makeVideo() throws IOException {
        Path file = folder.resolve("video.mp4");
        var encoding = VideoEncoding.of(new FrameSize(64, 48), new Rational(25, 1));
        try (VideoWriter writer = VideoWriter.open(file, encoding, null)) {
            for (int i = 0; i < FRAMES; i++) {
                try (RgbFrame frame = RgbFrame.allocate(64, 48)) {
                    writer.write(frame, i, 1);
                }
            }
            writer.finish();
        }
        video = Files.readAllBytes(file);
    }

    private MediaCopies copies(long mostHeapBytes) {
        return new MediaCopies(
                _ -> new ByteArrayInputStream(video), System::nanoTime, mostHeapBytes);
    }

    private MediaRef.InKafka media(long offset) {
        return new MediaRef.InKafka(
                "heritage.media",
                0,
                offset,
                offset,
                "job",
                "video",
                1,
                video.length,
                "ab".repeat(32),
                "video/mp4");
    }

    private static long frames(MediaCopies copies, MediaRef ref) throws Exception {
        return copies.with(
                ref, (copy, bytes) -> copy.finder(bytes, () -> false).frames().orElseThrow());
    }

    @Test
    void theIndicesOfTheLatestVideosAreKeptAsFarAsTheyFitOnTheHeap() throws Exception {
        long ofOne;
        try (MediaCopies one = copies(Long.MAX_VALUE)) {
            ofOne =
                    one.with(
                            media(0),
                            (copy, bytes) -> {
                                copy.finder(bytes, () -> false);
                                return copy.heapBytes();
                            });
        }
        assertThat(ofOne).isGreaterThanOrEqualTo((long) FRAMES * Long.BYTES);
        try (MediaCopies two = copies(2 * ofOne)) {
            for (int i = 0; i < 5; i++) {
                assertThat(frames(two, media(i))).isEqualTo(FRAMES);
            }
            assertThat(two.count()).isEqualTo(2);
        }
    }

    @Test
    void aCopyHoldsNoReferenceToMediaOfAThousandPieces() throws Exception {
        try (MediaCopies copies = copies(Long.MAX_VALUE)) {
            WeakReference<MediaRef> pieces = copied(copies);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        System.gc();
                        return pieces.refersTo(null);
                    });
            assertThat(copies.count()).isEqualTo(1);
        }
    }

    private WeakReference<MediaRef> copied(MediaCopies copies) throws Exception {
        var pieces = new ArrayList<MediaRef.Piece>();
        for (int i = 0; i < 1_000; i++) {
            pieces.add(media(i));
        }
        MediaRef joined = new MediaRef.Joined(List.copyOf(pieces), "", "video/mp4");
        assertThat(frames(copies, joined)).isEqualTo(FRAMES);
        return new WeakReference<>(joined);
    }

    @Test
    void mediaOfOtherPiecesAreOtherMedia() throws Exception {
        try (MediaCopies copies = copies(Long.MAX_VALUE)) {
            MediaRef.Piece first = media(0);
            MediaRef.Piece second = media(1);
            frames(copies, new MediaRef.Joined(List.of(first, second), "", "video/mp4"));
            frames(copies, new MediaRef.Joined(List.of(second, first), "", "video/mp4"));
            frames(copies, new MediaRef.Joined(List.of(first, second), "", "video/mp4"));
            assertThat(copies.count()).isEqualTo(2);
        }
    }
}
