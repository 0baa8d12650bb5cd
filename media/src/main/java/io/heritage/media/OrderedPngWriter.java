package io.heritage.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Encodes frames as PNG on several threads beside the computation and hands them out in the order
 * they came. At most {@code inFlight} frames are held; {@link #write} waits for room. Encoders and
 * their output buffers are made once.
 *
 * <p>One thread writes. The sink is called from one thread of this writer. An exception of the sink
 * or an encoder comes out of the next {@link #write} or of {@link #finish()}; frames after it are
 * dropped.
 */
public final class OrderedPngWriter implements AutoCloseable {

    /** Takes pictures in order, index 0 first. */
    @FunctionalInterface
    public interface PngSink {
        /**
         * @param png the whole file from position to limit; valid until this call returns
         */
        void accept(long index, ByteBuffer png) throws IOException;
    }

    /** An encoder with the buffer that holds its picture until the sink has it. */
    private static final class Slot extends ByteArrayOutputStream {
        private final PngEncoder encoder;

        Slot(int level) {
            super(1 << 18);
            encoder = new PngEncoder(level);
        }

        Slot encode(RgbFrame frame) throws IOException {
            reset();
            encoder.encode(frame, this);
            return this;
        }

        ByteBuffer png() {
            return ByteBuffer.wrap(buf, 0, count).asReadOnlyBuffer();
        }
    }

    private final PngSink sink;
    private final Semaphore room;
    private final ExecutorService encoders;
    private final BlockingQueue<Slot> idle;
    private final BlockingQueue<Future<Slot>> order;
    private final Future<Slot> end = new FutureTask<>(() -> new Slot(1));
    private final Thread deliverer;
    private volatile @Nullable Throwable failure;
    private boolean ended;

    /**
     * @param threads that encode
     * @param inFlight frames held at most, those the sink has not returned from included
     * @param level of zlib, {@link PngEncoder#DEFAULT_LEVEL}
     */
    public OrderedPngWriter(int threads, int inFlight, int level, PngSink sink) {
        if (threads < 1 || inFlight < threads) {
            throw new IllegalArgumentException(
                    "at least one thread, and a frame in flight for each; found "
                            + threads
                            + " and "
                            + inFlight);
        }
        this.sink = sink;
        room = new Semaphore(inFlight);
        idle = new ArrayBlockingQueue<>(inFlight);
        for (int i = 0; i < inFlight; i++) {
            idle.add(new Slot(level));
        }
        order = new ArrayBlockingQueue<>(inFlight + 1);
        encoders =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().name("png-encoder-", 0).factory());
        deliverer = Thread.ofPlatform().daemon().name("png-deliverer").start(this::deliverAll);
    }

    /**
     * Takes ownership of a frame and closes it when it is encoded or dropped; waits while {@code
     * inFlight} frames are held.
     *
     * @throws IOException an earlier exception of sink or encoder
     */
    public void write(RgbFrame frame) throws IOException {
        try {
            room.acquire();
        } catch (InterruptedException _) {
            frame.close();
            throw interrupted();
        }
        if (failure != null) {
            room.release();
            frame.close();
            throwFailure();
        }
        order.add(encoders.submit(() -> encode(frame)));
    }

    private Slot encode(RgbFrame frame) throws IOException {
        try (frame) {
            Slot slot = idle.remove(); // there are as many as permits
            try {
                return slot.encode(frame);
            } catch (IOException | RuntimeException e) {
                idle.add(slot);
                throw e;
            }
        }
    }

    /**
     * Waits until the sink has all pictures.
     *
     * @throws IOException what sink or encoder threw
     */
    public void finish() throws IOException {
        end();
        try {
            deliverer.join();
        } catch (InterruptedException _) {
            throw interrupted();
        }
        throwFailure();
    }

    private void end() {
        if (!ended) {
            ended = true;
            order.add(end);
        }
    }

    private void deliverAll() {
        long index = 0;
        try {
            for (Future<Slot> next = order.take(); next != end; next = order.take()) {
                deliver(index++, next);
            }
        } catch (InterruptedException e) {
            failure = e; // close() ends this thread with an interrupt
        }
    }

    private void deliver(long index, Future<Slot> next) throws InterruptedException {
        try {
            Slot slot = next.get();
            try {
                if (failure == null) {
                    sink.accept(index, slot.png());
                }
            } finally {
                idle.add(slot);
            }
        } catch (ExecutionException e) {
            failure = failure == null ? e.getCause() : failure;
        } catch (IOException | RuntimeException e) {
            failure = failure == null ? e : failure;
        } finally {
            room.release();
        }
    }

    private void throwFailure() throws IOException {
        Throwable cause = failure;
        if (cause != null) {
            throw new IOException(
                    "a picture could not be encoded or taken: " + cause.getMessage(), cause);
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while pictures are encoded");
    }

    /**
     * Ends the threads; pictures the sink has not got are dropped unless {@link #finish()} was
     * called.
     */
    @Override
    public void close() {
        boolean delivered = ended && failure == null && !deliverer.isAlive();
        if (!delivered) {
            failure = failure == null ? new IOException("closed before the last picture") : failure;
            end();
        }
        boolean interrupted = false;
        while (deliverer.isAlive()) {
            try {
                deliverer.join(); // then every frame is closed; the sink does not get the rest
            } catch (InterruptedException _) {
                interrupted = true;
                deliverer.interrupt();
            }
        }
        encoders.close();
        idle.forEach(slot -> slot.encoder.close());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
