package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Cancellation;
import io.heritage.models.FrameSink;
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
 * Finishes and writes the decoded frames of one chunk. Padding is dropped, frames shared with the
 * previous chunk are cross-faded, frames shared with the next one are held back, all others get
 * their colours corrected and are written. While earlier chunks are unfinished on other devices,
 * frames wait here. A step that ran out of memory may be repeated, and a decoder that starts again
 * may deliver frames a second time: no frame is lost or written twice.
 */
final class ChunkOutput implements DecodedFrames, AutoCloseable {
    private final Finishing finishing;
    private final ChunkSource.Chunk chunk;
    private final ChunkOrder order;
    private final FrameSink sink;

    /** Frames on the device that wait to be cross-faded, by their first frame. */
    private final TreeMap<Integer, KeptFrames> unfaded = new TreeMap<>();

    /** Frames on the device that wait to be corrected together, by their first frame. */
    private final TreeMap<Integer, IValue> uncorrected = new TreeMap<>();

    /** Finished frames, in memory of {@code waiting}: there may be a whole chunk of them. */
    private final Deque<Bytes> unwritten = new ArrayDeque<>();

    private final Arena waiting = Arena.ofShared();
    private final TreeMap<Integer, KeptFrames> held = new TreeMap<>();
    private @Nullable HeldFrames before;
    private @Nullable IValue fadeOut;
    private boolean isTurn;

    /** Number of frames that were accepted and are not needed again. */
    private int done;

    /**
     * Resources for finishing the frames of a chunk.
     *
     * @param scope owner of frames that wait, until the chunk is out
     */
    record Finishing(
            ClipRestorer restorer,
            FramePixels pixels,
            TensorScope scope,
            FrameGeometry geometry,
            ColourFix colourFix) {}

    private record KeptFrames(IValue tensor, int count) {}

    private record Bytes(ByteBuffer rgb, int frames) {
        Bytes in(Arena arena) {
            ByteBuffer copy = arena.allocate(rgb.remaining(), 64).asByteBuffer();
            return new Bytes(copy.put(rgb).flip(), frames);
        }
    }

    ChunkOutput(Finishing finishing, ChunkSource.Chunk chunk, ChunkOrder order, FrameSink sink) {
        this.finishing = finishing;
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
            take(scope, finishing.pixels.frames(scope, frames, done - first, part), done, part);
            done += part;
        }
    }

    /**
     * Number of frames, from the first unfinished one, that are handled alike; at most up to an
     * end.
     */
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

    private KeptFrames kept(IValue frames, int count) {
        return new KeptFrames(finishing.pixels.copy(finishing.scope, frames), count);
    }

    private IValue fadedIn(TensorScope scope, IValue frames, int from, int count) {
        if (before == null) {
            throw new IllegalStateException(
                    "chunk %d overlaps the chunk before it, which kept no frames"
                            .formatted(chunk.index()));
        }
        if (fadeOut == null) {
            fadeOut = shares(finishing.scope, TemporalChunks.fadeOut(chunk.shared()));
        }
        IValue earlier = finishing.pixels.frames(scope, before.tensor(scope), from, count);
        IValue share = finishing.pixels.frames(scope, fadeOut, from, count);
        return finishing.pixels.crossFaded(scope, earlier, frames, share);
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
        } else if (finishing.colourFix.perFrame()) {
            write(corrected(scope, frames, from, count));
        } else {
            uncorrected.put(from, finishing.pixels.copy(finishing.scope, frames));
        }
    }

    private Bytes corrected(TensorScope scope, IValue frames, int from, int count) {
        IValue fixed =
                finishing.restorer.finish(
                        scope, frames, chunk.clip(), finishing.geometry, from, count);
        FrameSize size = finishing.geometry.output();
        return new Bytes(finishing.pixels.samples(scope, fixed, count, size, sink.bits()), count);
    }

    private void write(Bytes bytes) {
        if (isTurn) {
            sink.accept(bytes.rgb, bytes.frames);
        } else {
            unwritten.add(bytes.in(waiting));
        }
    }

    /** Begins this chunk's turn: frames that waited for earlier chunks are written. */
    private void takeTurn(TensorScope scope) {
        if (!isTurn) {
            before = order.takeHeld();
            isTurn = true;
        }
        while (!unfaded.isEmpty()) {
            int from = unfaded.firstKey();
            KeptFrames frames = unfaded.firstEntry().getValue();
            takeFaded(scope, fadedIn(scope, frames.tensor, from, frames.count), from, frames.count);
            unfaded.remove(from);
        }
        while (!unwritten.isEmpty()) {
            write(unwritten.getFirst());
            unwritten.removeFirst();
        }
    }

    /** Waits until it is this chunk's turn. */
    void awaitTurn(Cancellation cancellation) {
        order.awaitTurnOf(chunk.index(), cancellation);
    }

    /**
     * Ends the chunk after all its frames were decoded and all earlier chunks are finished; the
     * next one may follow.
     */
    void end(TensorScope scope) {
        takeTurn(scope);
        if (!uncorrected.isEmpty()) {
            IValue all = finishing.pixels.join(scope, List.copyOf(uncorrected.values()));
            write(corrected(scope, all, 0, chunk.written()));
            uncorrected.clear();
        }
        order.next(chunk.held() == 0 ? null : heldForNext(scope));
    }

    private HeldFrames heldForNext(TensorScope scope) {
        var forNext = HeldFrames.allocate(chunk.held(), finishing.geometry.network());
        try {
            held.values()
                    .forEach(frames ->
                            forNext.add(scope, finishing.pixels, frames.tensor, frames.count));
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
