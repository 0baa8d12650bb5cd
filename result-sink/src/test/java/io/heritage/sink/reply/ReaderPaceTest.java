package io.heritage.sink.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReaderPaceTest {
    private static final int BLOCK = 512 * 1024;

    private final AtomicLong nanos = new AtomicLong(1);
    private final AtomicBoolean awaited = new AtomicBoolean();
    private final ReaderPace pace = new ReaderPace(awaited::get, nanos::get);
    private final AtomicBoolean hungUp = new AtomicBoolean();

    @AfterEach
    void close() {
        pace.close();
    }

    /** 8 s at 64 KiB/s and the pause. */
    @ParameterizedTest
    @CsvSource({"false, 37, 39", "true, 9, 11"})
    void aReaderThatTakesNothingIsCutOffSoonerIfItsSlotIsAwaited(
            boolean others, int patient, int over) throws Exception {
        awaited.set(others);
        write(Duration.ofSeconds(patient));
        assertThat(hungUp).isFalse();
        write(Duration.ofSeconds(over));
        assertThat(hungUp).isTrue();
    }

    @Test
    void aReaderThatPausedIsCutOffOnceItsSlotIsAwaited() throws Exception {
        try (OutputStream out =
                pace.watch(
                        whileWriting(() -> {
                            pass(Duration.ofSeconds(20));
                            assertThat(hungUp).isFalse();
                            awaited.set(true);
                            pace.look();
                        }),
                        this::hangUp)) {
            out.write(new byte[BLOCK]);
        }
        assertThat(hungUp).isTrue();
    }

    @Test
    void aSlowSourceIsNotTheReadersFault() throws Exception {
        try (OutputStream out = pace.watch(whileWriting(() -> {}), this::hangUp)) {
            out.write(new byte[BLOCK]);
            pass(Duration.ofMinutes(5));
            out.write(new byte[BLOCK]);
            assertThat(hungUp).isFalse();
        }
    }

    /** A block that takes that long. */
    private void write(Duration time) throws IOException {
        try (OutputStream out = pace.watch(whileWriting(() -> pass(time)), this::hangUp)) {
            out.write(new byte[BLOCK]);
        }
    }

    private static OutputStream whileWriting(Runnable happens) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                happens.run();
            }
        };
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        pace.look();
    }

    private void hangUp() {
        hungUp.set(true);
    }
}
