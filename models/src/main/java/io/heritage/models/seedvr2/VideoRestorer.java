package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.seedvr2.ClipRestorer.Networks;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A video of any length, chunk by chunk. Chunks share {@code overlap} frames: the earlier chunk's
 * are held back until the later chunk's fade in. No chunk reaches over a cut: the last one of a
 * scene ends there, whatever its length, and the next one shares nothing with it. Input of two
 * chunks is in memory at once, and no more for a longer video.
 */
final class VideoRestorer {
    private final TorchRuntime runtime;
    private final Networks networks;
    private final FrameGeometry geometry;
    private final TemporalChunks chunks;
    private final RestoreOptions options;
    private final FrameSink sink;
    private final Work work;
    private final MemoryLadder ladder;
    private SampleBits inputBits = SampleBits.EIGHT;
    private int written;

    VideoRestorer(
            TorchRuntime runtime,
            Networks networks,
            FrameGeometry geometry,
            TemporalChunks chunks,
            RestoreOptions options,
            FrameSink sink,
            Work work) {
        this.runtime = runtime;
        this.networks = networks;
        this.geometry = geometry;
        this.chunks = chunks;
        this.options = options;
        this.sink = sink;
        this.work = work;
        this.ladder = new MemoryLadder(networks.dit(), options);
    }

    Restored restore(FrameSource source) {
        inputBits = source.bits();
        try (Arena arena = Arena.ofShared();
                var overlap = new ChunkOverlap(runtime, networks.pixels(), chunks.overlap())) {
            ByteBuffer buffer = chunkBuffer(arena);
            ByteBuffer spare = chunkBuffer(arena);
            do {
                scene(source, buffer, spare, overlap);
            } while (source.nextScene());
        }
        return new Restored(written, ladder.taken());
    }

    /**
     * @param now takes the first chunk
     * @param ahead takes the next one
     */
    private void scene(FrameSource source, ByteBuffer now, ByteBuffer ahead, ChunkOverlap overlap) {
        ByteBuffer spare = ahead;
        RgbClip clip = clip(now, source.read(now.clear(), chunks.length()));
        while (clip != null) {
            RgbClip next = clip.frames() < chunks.length() ? null : after(clip, spare, source);
            restore(clip, overlap, next == null);
            spare = clip.rgb();
            clip = next;
        }
    }

    private ByteBuffer chunkBuffer(Arena arena) {
        long bytes = (long) chunks.length() * RgbClip.bytesPerFrame(geometry.input(), inputBits);
        return arena.allocate(bytes, 64).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    private RgbClip clip(ByteBuffer rgb, int frames) {
        if (frames == 0) {
            throw new IllegalArgumentException("there are no frames to restore");
        }
        return new RgbClip(geometry.input(), frames, inputBits, rgb.flip());
    }

    /** The next chunk: the last frames of this one, then new ones; null at the end. */
    private @Nullable RgbClip after(RgbClip clip, ByteBuffer rgb, FrameSource source) {
        int overlap = chunks.overlap();
        int frame = RgbClip.bytesPerFrame(geometry.input(), inputBits);
        rgb.clear().put(clip.rgb().slice((clip.frames() - overlap) * frame, overlap * frame));
        int count = source.read(rgb, chunks.length() - overlap);
        return count == 0 ? null : clip(rgb, overlap + count);
    }

    private void restore(RgbClip clip, ChunkOverlap overlap, boolean last) {
        try (TensorScope own = runtime.newScope()) {
            int frames = restorer(options).latentFrames(clip.frames());
            Noise noise = Noise.seeded(options.seed()).drawn(own, frames, geometry);
            IValue condition = ladder.climb(o -> restorer(o).condition(own, clip, geometry, noise));
            IValue latent =
                    ladder.climb(o -> restorer(o).diffuse(own, condition, frames, geometry, noise));
            int held = last ? 0 : chunks.overlap();
            var chunk =
                    new ChunkOutput.Chunk(
                            restorer(options),
                            networks.pixels(),
                            own,
                            clip,
                            geometry,
                            options.colourFix(),
                            held,
                            FrameSink.of(sink.bits(), this::write));
            var output = new ChunkOutput(chunk, overlap);
            ladder.climb(o -> {
                restorer(o).decode(latent, frames, geometry, output);
                return output;
            });
            output.end();
        }
    }

    private void write(ByteBuffer rgb, int frames) {
        sink.accept(rgb, frames);
        written += frames;
    }

    private ClipRestorer restorer(RestoreOptions now) {
        return new ClipRestorer(runtime, networks, now, work);
    }
}
