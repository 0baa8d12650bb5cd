package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Cancellation;
import io.heritage.models.Work;
import io.heritage.models.Work.Stage;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import io.heritage.models.seedvr2.clip.ClipRestorer;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.frame.RgbClip;
import io.heritage.models.seedvr2.sampling.Noise;
import io.heritage.models.torch.TensorScope;
import io.heritage.schemas.SampleDepth;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A video of any length, chunk by chunk: each device takes the next chunk when it is done with its
 * last. A chunk is restored by one device, so more devices change nothing but the time. Input of
 * one chunk a device is in memory, and no more for a longer video.
 */
final class VideoRestorer {
    private static final long ASK_MILLIS = 50;

    private final FrameGeometry geometry;
    private final TemporalChunks chunks;
    private final RestoreOptions options;
    private final FrameSink sink;
    private final Work work;
    private final SharedStop stop = new SharedStop();
    private final ChunkOrder order = new ChunkOrder();
    private int written;

    /**
     * @param work of the calling thread, which leads the job
     */
    VideoRestorer(
            FrameGeometry geometry,
            TemporalChunks chunks,
            RestoreOptions options,
            FrameSink sink,
            Work work) {
        this.geometry = geometry;
        this.chunks = chunks;
        this.options = options;
        this.sink = sink;
        this.work = work;
    }

    /** Returns when no device works on it any more. */
    Restored restore(SeedVr2 leader, List<Replica> others, FrameSource source) {
        try (Arena arena = Arena.ofShared();
                order) {
            var cut = new ChunkSource(source, geometry.input(), chunks, arena);
            Cancellation asked = () -> stop.isRequested() || work.cancellation().isRequested();
            var own =
                    new DeviceWorker(leader, cut, source.bits(), new Work(asked, work.progress()));
            List<DeviceWorker> lanes = new ArrayList<>(List.of(own));
            List<FutureTask<?>> running = new ArrayList<>();
            try {
                for (Replica other : others) {
                    var lane =
                            new DeviceWorker(
                                    other.model(),
                                    cut,
                                    source.bits(),
                                    new Work(stop, (_, _, _) -> {}));
                    var task = new FutureTask<>(lane, null);
                    other.owner().execute(task);
                    lanes.add(lane);
                    running.add(task);
                }
                own.run();
            } catch (RuntimeException e) {
                stop.because(e);
            } finally {
                running.forEach(this::await);
            }
            stop.rethrow();
            return new Restored(written, fallbacks(lanes));
        }
    }

    /** What the options have chosen already, and what had to be done beside. */
    private List<String> fallbacks(List<DeviceWorker> lanes) {
        Set<String> taken = new LinkedHashSet<>(options.memorySavings());
        lanes.forEach(lane -> taken.addAll(lane.ladder.taken()));
        return List.copyOf(taken);
    }

    /** Waits for another device, to its end whatever happens. */
    private void await(FutureTask<?> lane) {
        boolean interrupted = false;
        while (true) {
            try {
                lane.get(ASK_MILLIS, TimeUnit.MILLISECONDS);
                break;
            } catch (TimeoutException _) {
                stopIfCancelled();
            } catch (InterruptedException _) {
                stop.because(SharedStop.interrupted());
                interrupted = Thread.interrupted();
            } catch (ExecutionException e) {
                stop.because(e);
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopIfCancelled() {
        if (stop.isRequested()) {
            return;
        }
        try {
            work.cancellation().throwIfRequested();
        } catch (RuntimeException e) {
            stop.because(e);
        }
    }

    /** Called by the device whose turn it is. */
    private void write(ByteBuffer rgb, int frames) {
        sink.accept(rgb, frames);
        written += frames;
    }

    /** Frames of a chunk; allocated when there is one. */
    private final class ChunkBuffer implements Supplier<ByteBuffer>, AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final SampleDepth bits;
        private @Nullable ByteBuffer rgb;

        ChunkBuffer(SampleDepth bits) {
            this.bits = bits;
        }

        @Override
        public ByteBuffer get() {
            if (rgb == null) {
                rgb = ChunkSource.buffer(arena, geometry.input(), bits, chunks.length());
            }
            return rgb;
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /** One device on its thread, from chunk to chunk. */
    private final class DeviceWorker implements Runnable {
        private final SeedVr2 model;
        private final ChunkSource source;
        private final SampleDepth bits;
        private final Work work;
        private final MemoryFallbacks ladder;

        DeviceWorker(SeedVr2 model, ChunkSource source, SampleDepth bits, Work work) {
            this.model = model;
            this.source = source;
            this.bits = bits;
            this.work = work;
            this.ladder =
                    new MemoryFallbacks(model.runtime(), model.networks().dit(), options, work);
        }

        @Override
        public void run() {
            try (var buffer = new ChunkBuffer(bits)) {
                ladder.begin();
                ChunkSource.@Nullable Chunk chunk = next(buffer);
                while (chunk != null) {
                    restore(chunk);
                    chunk = next(buffer);
                }
            } catch (Throwable e) {
                stop.because(e);
            } finally {
                model.networks().dit().forgetSizes();
                model.runtime().releaseKept();
            }
        }

        private ChunkSource.@Nullable Chunk next(ChunkBuffer buffer) {
            return source.next(buffer, work.cancellation());
        }

        private void restore(ChunkSource.Chunk chunk) {
            RgbClip clip = chunk.clip();
            try (TensorScope own = model.runtime().newScope();
                    var output = output(own, chunk)) {
                int frames = restorer(options).latentFrames(clip.frames());
                Noise noise = Noise.seeded(options.seed()).drawn(own, frames, geometry);
                IValue condition =
                        ladder.climb(
                                Stage.ENCODE,
                                o -> restorer(o).condition(own, clip, geometry, noise));
                IValue latent =
                        ladder.climb(
                                Stage.DIFFUSE,
                                o -> restorer(o).diffuse(own, condition, frames, geometry, noise));
                ladder.climb(
                        Stage.DECODE,
                        o -> {
                            restorer(o).decode(latent, frames, geometry, output);
                            return output;
                        });
                output.awaitTurn(work.cancellation());
                ladder.climb(
                        Stage.DECODE,
                        _ -> {
                            end(output);
                            return output;
                        });
            }
        }

        private void end(ChunkOutput output) {
            try (TensorScope scope = model.runtime().newScope()) {
                output.end(scope);
            }
        }

        private ChunkOutput output(TensorScope scope, ChunkSource.Chunk chunk) {
            var step =
                    new ChunkOutput.Step(
                            restorer(options),
                            model.networks().pixels(),
                            scope,
                            geometry,
                            options.colourFix());
            return new ChunkOutput(
                    step, chunk, order, FrameSink.of(sink.bits(), VideoRestorer.this::write));
        }

        private ClipRestorer restorer(RestoreOptions now) {
            return new ClipRestorer(model.runtime(), model.networks(), now, work);
        }
    }
}
