package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.seedvr2.ClipVae.DecodedFrames;
import io.heritage.models.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Decoded frames of one chunk on their way out: padding dropped, faded in, held back for the next
 * chunk or corrected and written. A decoder that starts again may deliver frames a second time.
 */
final class ChunkOutput implements DecodedFrames {
    private final Chunk chunk;
    private final ChunkOverlap overlap;
    private final int writtenFrames;
    private final List<IValue> collected = new ArrayList<>();
    private int done;

    /**
     * @param restorer corrects colours
     * @param scope owner of frames that wait for the end of the chunk
     * @param held frames at the end that the next chunk will fade out
     */
    record Chunk(
            ClipRestorer restorer,
            FramePixels pixels,
            TensorScope scope,
            RgbClip clip,
            FrameGeometry geometry,
            ColourFix colourFix,
            int held,
            FrameSink sink) {}

    ChunkOutput(Chunk chunk, ChunkOverlap overlap) {
        this.chunk = chunk;
        this.overlap = overlap;
        this.writtenFrames = chunk.clip.frames() - chunk.held;
    }

    @Override
    public void accept(TensorScope scope, IValue frames, int first, int count) {
        int end = Math.min(first + count, chunk.clip.frames());
        if (end <= done) {
            return;
        }
        int from = Math.max(first, done);
        IValue fresh = chunk.pixels.frames(scope, frames, from - first, end - from);
        IValue faded = overlap.fadedIn(scope, fresh, from, end - from);
        int write = Math.clamp(writtenFrames - from, 0, end - from);
        if (write > 0) {
            finished(scope, chunk.pixels.frames(scope, faded, 0, write), from, write);
        }
        if (from + write < end) {
            overlap.hold(chunk.pixels.frames(scope, faded, write, end - from - write));
        }
        done = end;
    }

    private void finished(TensorScope scope, IValue frames, int first, int count) {
        if (chunk.colourFix.perFrame()) {
            write(scope, frames, first, count);
        } else {
            collected.add(chunk.pixels.copy(chunk.scope, frames));
        }
    }

    /** Writes what needed all frames of the chunk. */
    void end() {
        if (!collected.isEmpty()) {
            write(chunk.scope, chunk.pixels.join(chunk.scope, collected), 0, writtenFrames);
        }
        overlap.nextChunk();
    }

    private void write(TensorScope scope, IValue frames, int first, int count) {
        IValue fixed =
                chunk.restorer.finish(scope, frames, chunk.clip, chunk.geometry, first, count);
        VideoSize size = chunk.geometry.output();
        chunk.sink.accept(
                chunk.pixels.samples(scope, fixed, count, size, chunk.sink.bits()), count);
    }
}
