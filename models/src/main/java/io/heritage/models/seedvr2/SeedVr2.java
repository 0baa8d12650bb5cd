package io.heritage.models.seedvr2;

import io.heritage.models.FrameSink;
import io.heritage.models.Work;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.seedvr2.clip.ClipRestorer.Networks;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.dit.Dit;
import io.heritage.models.seedvr2.dit.WindowPartition;
import io.heritage.models.seedvr2.frame.AlphaEnlarger;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.frame.FramePixels;
import io.heritage.models.seedvr2.memory.MemoryEstimate;
import io.heritage.models.seedvr2.memory.MemoryPlan;
import io.heritage.models.seedvr2.sampling.EulerSampler;
import io.heritage.models.seedvr2.vae.Vae;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.models.seedvr2.weights.TextEmbedding;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.GpuMemory;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** SeedVR2, opened: restores images and videos of any length. One thread at a time. */
public final class SeedVr2 implements AutoCloseable {
    /** Metadata key of files that {@link SeedVr2Tiny} wrote. */
    static final String TINY = "heritage.tiny";

    static final String NORM_GROUPS = "heritage.norm-groups";

    private final TorchRuntime runtime;
    private final SeedVr2Files files;
    private final Precision precision;
    private final boolean tiny;
    private final Networks networks;
    private final AlphaEnlarger alpha;
    private final Deque<AutoCloseable> owned;

    private SeedVr2(
            TorchRuntime runtime,
            SeedVr2Files files,
            Precision precision,
            boolean tiny,
            Networks networks,
            AlphaEnlarger alpha,
            Deque<AutoCloseable> owned) {
        this.runtime = runtime;
        this.files = files;
        this.precision = precision;
        this.tiny = tiny;
        this.networks = networks;
        this.alpha = alpha;
        this.owned = owned;
    }

    /**
     * Loads a model; the caller closes it, before the runtime.
     *
     * @param work called for each block that is loaded
     * @throws CheckpointMismatch if a file is damaged or of another model
     */
    public static SeedVr2 open(
            TorchRuntime runtime, SeedVr2Files files, Precision precision, Work work) {
        return open(runtime, files, precision, false, work);
    }

    /**
     * @param blocksOnHost whether weights of the transformer's blocks stay on the host until a job
     *     needs them
     */
    public static SeedVr2 open(
            TorchRuntime runtime,
            SeedVr2Files files,
            Precision precision,
            boolean blocksOnHost,
            Work work) {
        var opening = new Opening(runtime, files, precision, blocksOnHost);
        try {
            return opening.open(work);
        } catch (RuntimeException e) {
            closeAll(opening.owned, e);
            throw e;
        }
    }

    /** Opens files and networks, remembering what must be closed. */
    private static final class Opening {
        private final TorchRuntime runtime;
        private final SeedVr2Files files;
        private final Precision precision;
        private final boolean blocksOnHost;
        private final Deque<AutoCloseable> owned = new ArrayDeque<>();

        Opening(
                TorchRuntime runtime,
                SeedVr2Files files,
                Precision precision,
                boolean blocksOnHost) {
            this.runtime = runtime;
            this.files = files;
            this.precision = precision;
            this.blocksOnHost = blocksOnHost;
        }

        SeedVr2 open(Work work) {
            Checkpoint ditFile = own(Checkpoint.open(files.dit()));
            Checkpoint vaeFile = own(Checkpoint.open(files.vae()));
            boolean tiny = ditFile.metadata().containsKey(TINY);
            var positive = own(embedding(files.positive(), TextEmbedding::positive));
            var negative = own(embedding(files.negative(), TextEmbedding::negative));
            TensorScope texts = own(runtime.newScope());
            var networks =
                    new Networks(
                            own(dit(ditFile, tiny, work)),
                            own(vae(vaeFile)),
                            own(new FramePixels(runtime)),
                            own(new EulerSampler(runtime)),
                            TextEmbedding.of(texts, positive),
                            TextEmbedding.of(texts, negative));
            var alpha = own(new AlphaEnlarger(runtime));
            return new SeedVr2(runtime, files, precision, tiny, networks, alpha, owned);
        }

        private Dit dit(Checkpoint file, boolean tiny, Work work) {
            var tensors = file.tensorsWithoutPrefix("model.diffusion_model.");
            files.variant().requireOwn(file, tensors.keySet());
            if (!tiny) {
                Checkpoint.requireExactly(
                        file.name(), tensors, files.variant().layout().expected());
            }
            return Dit.load(
                    runtime,
                    file.name(),
                    tensors,
                    WindowPartition.RELEASED,
                    precision,
                    blocksOnHost,
                    work);
        }

        private Vae vae(Checkpoint file) {
            String groups = file.metadata().get(NORM_GROUPS);
            return Vae.load(
                    runtime,
                    file.name(),
                    file.tensors(),
                    groups == null ? VaeLayout.RELEASED_GROUPS : Integer.parseInt(groups),
                    precision);
        }

        private static Checkpoint embedding(Optional<Path> file, Supplier<Checkpoint> embedded) {
            return file.map(Checkpoint::open).orElseGet(embedded);
        }

        private <T extends AutoCloseable> T own(T resource) {
            owned.push(resource);
            return resource;
        }
    }

    public SeedVr2Variant variant() {
        return files.variant();
    }

    /** Number type of weights and activations. */
    public Precision precision() {
        return precision;
    }

    /** Whether the weights are small random ones, for tests and demonstrations. */
    public boolean tiny() {
        return tiny;
    }

    /** The networks, which stay owned by this; for measurements and comparisons. */
    public Networks networks() {
        return networks;
    }

    /** Estimated memory of a clip. */
    public MemoryEstimate estimate(FrameGeometry geometry, int frames, RestoreOptions options) {
        return MemoryEstimate.of(
                networks.dit().layout(),
                networks.vae().layout(),
                precision,
                geometry,
                frames,
                options);
    }

    /**
     * The options with the largest slices, or tiles, that fit.
     *
     * @param frames of a chunk
     * @param available bytes of the device, those of the loaded weights included
     * @throws IllegalArgumentException with the numbers, if nothing fits
     */
    public RestoreOptions fitting(
            FrameGeometry geometry, int frames, RestoreOptions options, long available) {
        MemoryPlan plan = plan(available);
        return plan.fitting(options, way -> estimate(geometry, frames, way))
                .orElseThrow(() ->
                        new IllegalArgumentException(refusal(plan, geometry, frames, options)));
    }

    private MemoryPlan plan(long available) {
        return new MemoryPlan(available, MemoryPlan.largestSlice(runtime.device()));
    }

    private String refusal(
            MemoryPlan plan, FrameGeometry geometry, int frames, RestoreOptions options) {
        String least = plan.refusal(options, way -> estimate(geometry, frames, way));
        String largest =
                geometry.largestSmaller(smaller ->
                                plan.fitting(options, way -> estimate(smaller, frames, way))
                                        .isPresent())
                        .map(size -> "the largest of this shape that fits is " + size)
                        .orElse("not even the smallest size fits");
        return "%s in chunks of %d frames: %s; %s"
                .formatted(geometry.network(), frames, least, largest);
    }

    /**
     * Bytes of the device that a job can use, including those of the loaded weights; empty if
     * unknown, as on the CPU. Without libtorch's cache of earlier jobs: {@link #releaseKept}.
     */
    public OptionalLong deviceMemory() {
        GpuMemory memory = runtime.memory();
        if (memory.total() == 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(memory.free() + weightBytes());
    }

    /** Releases libtorch's cache of earlier jobs. */
    public void releaseKept() {
        runtime.releaseKept();
    }

    /** Bytes of the loaded weights on the device. */
    public long weightBytes() {
        return MemoryEstimate.weights(
                networks.dit().layout(),
                networks.vae().layout(),
                precision,
                networks.dit().blocksOnHost());
    }

    public Device device() {
        return runtime.device();
    }

    /**
     * Restores an image or a video.
     *
     * @param source frames of {@code geometry.input()}
     * @param chunks how a long video is cut
     * @param sink takes as many frames of {@code geometry.output()}, in order
     * @return memory fallbacks, and the number of frames
     * @throws IllegalArgumentException if there are no frames
     * @throws io.heritage.models.PipelineCancelled if {@code work} stops it
     * @throws io.heritage.models.torch.OutOfDeviceMemory if no fallback made it fit
     */
    public Restored restore(
            FrameSource source,
            FrameGeometry geometry,
            TemporalChunks chunks,
            RestoreOptions options,
            FrameSink sink,
            Work work) {
        return restore(List.of(), source, geometry, chunks, options, sink, work);
    }

    /**
     * The same model on another device.
     *
     * @param owner runs tasks on the one thread that uses {@code model}
     */
    public record Replica(SeedVr2 model, Executor owner) {}

    /**
     * The same as {@link #restore(FrameSource, FrameGeometry, TemporalChunks, RestoreOptions,
     * FrameSink, Work)} with the same result, chunks shared with other devices. The calling thread
     * leads: it restores chunks too, and only it reports to {@code work}.
     *
     * @param others idle; idle again when this returns or throws
     * @param source and {@code sink} are called by whichever device has come to it, one at a time
     */
    public Restored restore(
            List<Replica> others,
            FrameSource source,
            FrameGeometry geometry,
            TemporalChunks chunks,
            RestoreOptions options,
            FrameSink sink,
            Work work) {
        return new VideoRestorer(geometry, chunks, options, sink, work)
                .restore(this, others, source);
    }

    TorchRuntime runtime() {
        return runtime;
    }

    /**
     * Transparency of a restored image, which the network does not see.
     *
     * @param transparency uint8 [h, w] of {@code geometry.input()}, direct
     * @param rgb the restored image, uint8 [H, W, 3] of {@code geometry.output()}, direct
     * @return uint8 [H, W], direct; 0 is invisible
     */
    public ByteBuffer restoredAlpha(
            ByteBuffer transparency, FrameGeometry geometry, ByteBuffer rgb) {
        return alpha.restored(transparency, geometry, rgb);
    }

    @Override
    public void close() {
        closeAll(owned, null);
    }

    private static void closeAll(Deque<AutoCloseable> resources, @Nullable RuntimeException first) {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    throw new IllegalStateException("a model could not be closed", e);
                }
                first.addSuppressed(e);
            }
        }
    }
}
