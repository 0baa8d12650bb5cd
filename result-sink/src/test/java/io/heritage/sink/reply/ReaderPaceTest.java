package io.heritage.sink.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReaderPaceTest {
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int BLOCK = 512 * 1024;

    private final AtomicLong nanos = new AtomicLong(1);
    private final ReaderPace pace = new ReaderPace(GRACE, nanos::get);
    private final AtomicBoolean hungUp = new AtomicBoolean();

    @AfterEach
    void close() {
        pace.close();
    }

    @Test
    void aReaderThatTakesNothingIsCutOffOnceItsBlockShouldBeThrough() throws Exception {
        try (OutputStream out = pace.watch(whileWriting(Duration.ofSeconds(9)), this::hangUp)) {
            out.write(new byte[BLOCK]);
            assertThat(hungUp).as("8 s at 64 KiB/s and the grace").isFalse();
        }
        try (OutputStream out = pace.watch(whileWriting(Duration.ofSeconds(11)), this::hangUp)) {
            out.write(new byte[BLOCK]);
            assertThat(hungUp).isTrue();
        }
    }

    @Test
    void aSlowSourceIsNotTheReadersFault() throws Exception {
        try (OutputStream out = pace.watch(whileWriting(Duration.ZERO), this::hangUp)) {
            out.write(new byte[BLOCK]);
            pass(Duration.ofMinutes(5));
            out.write(new byte[BLOCK]);
            assertThat(hungUp).isFalse();
        }
    }

    /** Each write to it takes that long. */
    private OutputStream whileWriting(Duration each) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                pass(each);
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
