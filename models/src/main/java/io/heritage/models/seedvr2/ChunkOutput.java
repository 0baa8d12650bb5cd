package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Cancellation;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.seedvr2.clip.ClipRestorer;
import io.heritage.models.seedvr2.frame.ColourFix;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.frame.FramePixels;
import io.heritage.models.seedvr2.vae.ClipVae.DecodedFrames;
import io.heritage.models.torch.TensorScope;
import io.heritage.schemas.FrameSize;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decoded frames of one chunk on their way out: padding dropped, those that the chunk before has as
 * well faded in, those that the next has held back, the others corrected and written. As long as
 * chunks before are not out, on other devices, faded and finished frames wait here. Whatever the
 * device has no memory for may be tried again: no frame gets lost or leaves twice, and a decoder
 * that starts again may deliver frames a second time.
 */
final class ChunkOutput implements DecodedFrames, AutoCloseable {
    private final Step step;
    private final ChunkSource.Chunk chunk;
    private final ChunkOrder order;
    private final FrameSink sink;

    /** By their first frame: on the device, to be faded in. */
    private final TreeMap<Integer, Frames> unfaded = new TreeMap<>();

    /** By their first frame: on the device, to be corrected together. */
    private final TreeMap<Integer, IValue> uncorrected = new TreeMap<>();

    /** In memory of {@code waiting}, since there may be a whole chunk. */
    private final Deque<Bytes> unwritten = new ArrayDeque<>();

    private final Arena waiting = Arena.ofShared();
    private final TreeMap<Integer, Frames> held = new TreeMap<>();
    private @Nullable HeldFrames before;
    private @Nullable IValue fadeOut;
    private boolean isTurn;

    /** Frames that were delivered and are not needed again. */
    private int done;

    /**
     * What corrects and copies frames of a chunk.
     *
     * @param scope owner of frames that wait, until the chunk is out
     */
    record Step(
            ClipRestorer restorer,
            FramePixels pixels,
            TensorScope scope,
            FrameGeometry geometry,
            ColourFix colourFix) {}

    private record Frames(IValue tensor, int count) {}

    private record Bytes(ByteBuffer rgb, int frames) {
        Bytes in(Arena arena) {
            ByteBuffer copy = arena.allocate(rgb.remaining(), 64).asByteBuffer();
            return new Bytes(copy.put(rgb).flip(), frames);
        }
    }

    ChunkOutput(Step step, ChunkSource.Chunk chunk, ChunkOrder order, FrameSink sink) {
        this.step = step;
        this.chunk = chunk;
        this.order = order;
        this.sink = sink;
    }

    @Override
    public void accept(TensorScope scope, IValue frames, int first, int count) {
        int end = Math.min(first + count, chunk.clip().frames());
        if (end <= done) {
            return;
        }
        if (isTurn || order.isTurnOf(chunk.index())) {
            takeTurn(scope);
        }
        while (done < end) {
            int part = alike(end);
            take(scope, step.pixels.frames(scope, frames, done - first, part), done, part);
            done += part;
        }
    }

    /** Frames from the first that is not done on, up to an end, which all go the same way. */
    private int alike(int end) {
        return IntStream.of(chunk.shared(), chunk.written(), end)
                        .filter(border -> border > done)
                        .min()
                        .orElseThrow()
                - done;
    }

    private void take(TensorScope scope, IValue frames, int from, int count) {
        if (from >= chunk.shared()) {
            takeFaded(scope, frames, from, count);
        } else if (isTurn) {
            takeFaded(scope, fadedIn(scope, frames, from, count), from, count);
        } else {
            unfaded.put(from, kept(frames, count));
        }
    }

    private Frames kept(IValue frames, int count) {
        return new Frames(step.pixels.copy(step.scope, frames), count);
    }

    private IValue fadedIn(TensorScope scope, IValue frames, int from, int count) {
        if (before == null) {
            throw new IllegalStateException(
                    "chunk %d shares frames that none held back".formatted(chunk.index()));
        }
        if (fadeOut == null) {
            fadeOut = shares(step.scope, TemporalChunks.fadeOut(chunk.shared()));
        }
        IValue earlier = step.pixels.frames(scope, before.tensor(scope), from, count);
        IValue share = step.pixels.frames(scope, fadeOut, from, count);
        return step.pixels.crossFaded(scope, earlier, frames, share);
    }

    private static IValue shares(TensorScope scope, double[] weights) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(weights.length * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        for (double weight : weights) {
            bytes.putFloat((float) weight);
        }
        return scope.tensor(bytes.flip(), TensorType.F32, TensorShape.of(weights.length));
    }

    private void takeFaded(TensorScope scope, IValue frames, int from, int count) {
        if (from >= chunk.written()) {
            held.put(from, kept(frames, count));
        } else if (step.colourFix.perFrame()) {
            write(corrected(scope, frames, from, count));
        } else {
            uncorrected.put(from, step.pixels.copy(step.scope, frames));
        }
    }

    private Bytes corrected(TensorScope scope, IValue frames, int from, int count) {
        IValue fixed =
                step.restorer.finish(scope, frames, chunk.clip(), step.geometry, from, count);
        FrameSize size = step.geometry.output();
        return new Bytes(step.pixels.samples(scope, fixed, count, size, sink.bits()), count);
    }

    private void write(Bytes bytes) {
        if (isTurn) {
            sink.accept(bytes.rgb, bytes.frames);
        } else {
            unwritten.add(bytes.in(waiting));
        }
    }

    /** All chunks before are out: so are, now, the frames of this one that waited for them. */
    private void takeTurn(TensorScope scope) {
        if (!isTurn) {
            before = order.takeHeld();
            isTurn = true;
        }
        while (!unfaded.isEmpty()) {
            int from = unfaded.firstKey();
            Frames frames = unfaded.firstEntry().getValue();
            takeFaded(scope, fadedIn(scope, frames.tensor, from, frames.count), from, frames.count);
            unfaded.remove(from);
        }
        while (!unwritten.isEmpty()) {
            write(unwritten.getFirst());
            unwritten.removeFirst();
        }
    }

    /** Waits for the chunks before. */
    void awaitTurn(Cancellation cancellation) {
        order.awaitTurnOf(chunk.index(), cancellation);
    }

    /** All frames were decoded, and all chunks before are out: lets the next one out. */
    void end(TensorScope scope) {
        takeTurn(scope);
        if (!uncorrected.isEmpty()) {
            IValue all = step.pixels.join(scope, List.copyOf(uncorrected.values()));
            write(corrected(scope, all, 0, chunk.written()));
            uncorrected.clear();
        }
        order.next(chunk.held() == 0 ? null : heldForNext(scope));
    }

    private HeldFrames heldForNext(TensorScope scope) {
        var forNext = HeldFrames.allocate(chunk.held(), step.geometry.network());
        try {
            held.values()
                    .forEach(
                            frames -> forNext.add(scope, step.pixels, frames.tensor, frames.count));
            return forNext;
        } catch (RuntimeException e) {
            forNext.close();
            throw e;
        }
    }

    @Override
    public void close() {
        try (waiting) {
            if (before != null) {
                before.close();
            }
        }
    }
}
