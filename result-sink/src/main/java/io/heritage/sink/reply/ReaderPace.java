package io.heritage.sink.reply;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Cuts off readers that take less than {@value #LEAST_BYTES_A_SECOND} bytes a second of a reply.
 * They may pause for a while, which is shorter when others wait for their slots. Time in which
 * there was nothing to be sent does not count. Any thread.
 */
final class ReaderPace implements AutoCloseable {
    static final int LEAST_BYTES_A_SECOND = 64 * 1024;
    private static final Duration LOOKS = Duration.ofMillis(500);

    /** Time for each write beyond the time that its bytes may take. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final Duration PAUSE_IF_AWAITED = Duration.ofSeconds(2);

    private final BooleanSupplier awaited;
    private final LongSupplier nanos;
    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("sink-reader-pace").factory());

    /**
     * @param awaited whether others wait for a slot
     * @param nanos as {@link System#nanoTime()}
     */
    ReaderPace(BooleanSupplier awaited, LongSupplier nanos) {
        this.awaited = awaited;
        this.nanos = nanos;
        var unused =
                looks.scheduleWithFixedDelay(
                        this::look, LOOKS.toMillis(), LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * @param hangUp ends a write that is under way; called on another thread
     */
    OutputStream watch(OutputStream out, Runnable hangUp) {
        var one = new Watched(out, hangUp);
        watched.add(one);
        return one;
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }

    void look() {
        Duration pause = awaited.getAsBoolean() ? PAUSE_IF_AWAITED : PAUSE;
        long late = nanos.getAsLong() - pause.toNanos();
        watched.forEach(one -> one.look(late));
    }

    private final class Watched extends FilterOutputStream {
        private final Runnable hangUp;

        /** 0 outside of a write. */
        private volatile long until;

        /** An upper bound: a part may have been sent. */
        private long unflushed;

        Watched(OutputStream out, Runnable hangUp) {
            super(out);
            this.hangUp = hangUp;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            begin(length);
            try {
                out.write(bytes, offset, length);
            } finally {
                until = 0;
            }
            unflushed += length;
        }

        /** Includes bytes that the server has buffered, which may have to wait for the reader. */
        @Override
        public void flush() throws IOException {
            begin(unflushed);
            try {
                out.flush();
            } finally {
                until = 0;
            }
            unflushed = 0;
        }

        private void begin(long bytes) {
            long most = bytes * 1_000_000_000L / LEAST_BYTES_A_SECOND;
            until = (nanos.getAsLong() + most) | 1;
        }

        @Override
        public void close() throws IOException {
            try {
                begin(unflushed);
                out.close();
            } finally {
                until = 0;
                watched.remove(this);
            }
        }

        void look(long late) {
            long end = until;
            if (end != 0 && late - end > 0) {
                watched.remove(this);
                hangUp.run();
            }
        }
    }
}
