package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Cancellation;
import io.heritage.models.FrameSink;
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
 * Restores a video of any length chunk by chunk: each device takes the next chunk when it has
 * finished one. A chunk is restored by one device, so more devices change only the time. In memory
 * is the input of one chunk a device, whatever the length.
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
            Cancellation both =
                    () -> {
                        stop.checkpoint();
                        work.cancellation().checkpoint();
                    };
            var watched = new Work(both, work.progress(), work.shortage());
            var own = new DeviceWorker(leader, cut, source.bits(), watched);
            var silent = new Work(stop, (_, _, _) -> {}, work.shortage());
            List<DeviceWorker> workers = new ArrayList<>(List.of(own));
            List<FutureTask<?>> running = new ArrayList<>();
            try {
                for (Replica other : others) {
                    var worker = new DeviceWorker(other.model(), cut, source.bits(), silent);
                    var task = new FutureTask<>(worker, null);
                    other.owner().execute(task);
                    workers.add(worker);
                    running.add(task);
                }
                own.run();
            } catch (RuntimeException e) {
                stop.because(e);
            } finally {
                running.forEach(this::await);
            }
            stop.rethrow();
            return new Restored(written, fallbacks(workers));
        }
    }

    /** Memory savings of the options, then the fallbacks that were taken. */
    private List<String> fallbacks(List<DeviceWorker> workers) {
        Set<String> taken = new LinkedHashSet<>(options.memorySavings());
        workers.forEach(worker -> taken.addAll(worker.fallbacks.taken()));
        return List.copyOf(taken);
    }

    /** Waits until another device has ended, also when interrupted. */
    private void await(FutureTask<?> worker) {
        boolean interrupted = false;
        while (true) {
            try {
                worker.get(ASK_MILLIS, TimeUnit.MILLISECONDS);
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
            work.cancellation().checkpoint();
        } catch (RuntimeException e) {
            stop.because(e);
        }
    }

    /** Called on the thread of the device whose turn it is. */
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
        private final MemoryFallbacks fallbacks;

        DeviceWorker(SeedVr2 model, ChunkSource source, SampleDepth bits, Work work) {
            this.model = model;
            this.source = source;
            this.bits = bits;
            this.work = work;
            this.fallbacks =
                    new MemoryFallbacks(model.runtime(), model.networks().dit(), options, work);
        }

        @Override
        public void run() {
            try (var buffer = new ChunkBuffer(bits)) {
                fallbacks.begin();
                ChunkSource.@Nullable Chunk chunk = next(buffer);
                while (chunk != null) {
                    restore(chunk);
                    chunk = next(buffer);
                }
            } catch (Throwable e) {
                stop.because(e);
            } finally {
                model.networks().dit().forgetSizes();
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
                        fallbacks.run(
                                Stage.ENCODE,
                                o -> restorer(o).condition(own, clip, geometry, noise));
                IValue latent =
                        fallbacks.run(
                                Stage.DIFFUSE,
                                o -> restorer(o).diffuse(own, condition, frames, geometry, noise));
                fallbacks.run(
                        Stage.DECODE,
                        o -> {
                            restorer(o).decode(latent, frames, geometry, output);
                            return output;
                        });
                output.awaitTurn(work.cancellation());
                fallbacks.run(
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
            var finishing =
                    new ChunkOutput.Finishing(
                            restorer(options),
                            model.networks().pixels(),
                            scope,
                            geometry,
                            options.colourFix());
            return new ChunkOutput(
                    finishing, chunk, order, FrameSink.of(sink.bits(), VideoRestorer.this::write));
        }

        private ClipRestorer restorer(RestoreOptions now) {
            return new ClipRestorer(model.runtime(), model.networks(), now, work);
        }
    }
}
