package io.heritage.sink.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.MediaRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class MediaReadAheadTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final MediaRef MEDIA =
            new MediaRef.InKafka("t", 0, 0, 0, "k", "p", 1, 3, "ab".repeat(32), "image/png");

    /** The fault: a reply waited 30 s for a reader, and its gateway 8 s for an answer. */
    @Test
    void whatIsNotReadInTimeIsToldSo() throws Exception {
        var never = new CountDownLatch(1);
        try (var ahead = new MediaReadAhead(_ -> opened(never), List.of(MEDIA))) {
            assertThatThrownBy(() -> ahead.awaitFirst(Duration.ofMillis(20)))
                    .isInstanceOf(TimeoutException.class);
        }
    }

    private static InputStream opened(CountDownLatch when) throws IOException {
        try {
            var _ = when.await(1, TimeUnit.MINUTES);
            return InputStream.nullInputStream();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("closed");
        }
    }

    @Test
    void whatIsReadInTimeIsAllThere() throws Exception {
        byte[] bytes = {1, 2, 3};
        try (var ahead = new MediaReadAhead(_ -> new ByteArrayInputStream(bytes), List.of(MEDIA))) {
            ahead.awaitFirst(SOON);

            assertThat(ahead.next()).isEqualTo(bytes);
            assertThat(ahead.next()).isNull();
        }
    }

    @Test
    void whatCannotBeReadIsToldAsSuch() throws Exception {
        try (var ahead =
                new MediaReadAhead(
                        _ -> {
                            throw new IOException("gone");
                        },
                        List.of(MEDIA))) {
            assertThatThrownBy(() -> ahead.awaitFirst(SOON))
                    .isInstanceOf(IOException.class)
                    .hasMessage("gone");
        }
    }
}
