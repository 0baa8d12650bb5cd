package io.heritage.models.seedvr2.dit;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Work;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.weights.TextEmbedding;
import io.heritage.models.seedvr2.weights.WeightLoader;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.RollingScope;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The diffusion transformer, loaded: {@code seedvr2_dit.py} with its weights, called block by
 * block. On the CPU float32 weights are the mapped file itself, so the checkpoint is closed after
 * this.
 */
public final class Dit implements AutoCloseable {
    private static final String BLOCK = "blocks.";

    private final TorchRuntime runtime;
    private final TorchScript script;
    private final TensorScope owner;
    private final DitLayout layout;
    private final WindowPlans plans;
    private final IValue ends;
    private final DitBlocks blocks;

    private Dit(
            TorchRuntime runtime,
            TorchScript script,
            TensorScope owner,
            DitLayout layout,
            WindowPlans plans,
            IValue ends,
            DitBlocks blocks) {
        this.runtime = runtime;
        this.script = script;
        this.owner = owner;
        this.layout = layout;
        this.plans = plans;
        this.ends = ends;
        this.blocks = blocks;
    }

    /**
     * @param file for messages
     * @param tensors of the checkpoint under their published keys
     * @throws CheckpointMismatch if a key is missing, unexpected or misshapen
     */
    public static Dit load(
            TorchRuntime runtime,
            String file,
            Map<String, CheckpointTensor> tensors,
            WindowPartition partition,
            Precision precision,
            Work work) {
        return load(runtime, file, tensors, partition, precision, false, work);
    }

    /**
     * @param blocksOnHost see {@link RestoreOptions#blocksOnHost}
     */
    public static Dit load(
            TorchRuntime runtime,
            String file,
            Map<String, CheckpointTensor> tensors,
            WindowPartition partition,
            Precision precision,
            boolean blocksOnHost,
            Work work) {
        DitLayout layout = DitLayout.of(file, tensors);
        Checkpoint.requireExactly(file, tensors, layout.expected());
        TorchScript script = runtime.load("seedvr2_dit");
        TensorScope owner = runtime.newScope();
        try {
            var loader = new WeightLoader(runtime, script, file, precision);
            IValue ends = loader.load(owner, select(tensors, key -> !key.startsWith(BLOCK)));
            var blocks = new DitBlocks(loader, blocks(tensors, layout.layers()));
            if (!blocksOnHost) {
                blocks.bringToDevice(work);
            }
            var plans = new WindowPlans(runtime, script, layout.rope(), partition);
            return new Dit(runtime, script, owner, layout, plans, ends, blocks);
        } catch (RuntimeException e) {
            owner.close();
            script.close();
            throw e;
        }
    }

    private static List<Map<String, CheckpointTensor>> blocks(
            Map<String, CheckpointTensor> tensors, int layers) {
        return IntStream.range(0, layers).mapToObj(i -> blockOf(tensors, i)).toList();
    }

    /**
     * All weights except the rope's frequencies, which are computed, because they are rounded in
     * files of 8 and 16 bits.
     */
    private static Map<String, CheckpointTensor> blockOf(
            Map<String, CheckpointTensor> tensors, int index) {
        String prefix = BLOCK + index + ".";
        return select(tensors, key -> key.startsWith(prefix) && !key.endsWith(".freqs"));
    }

    private static Map<String, CheckpointTensor> select(
            Map<String, CheckpointTensor> tensors, Predicate<String> wanted) {
        var selected = new LinkedHashMap<String, CheckpointTensor>();
        tensors.forEach((key, tensor) -> {
            if (wanted.test(key)) {
                selected.put(key, tensor);
            }
        });
        return selected;
    }

    public DitLayout layout() {
        return layout;
    }

    public boolean blocksOnHost() {
        return blocks.onHost();
    }

    /**
     * Keeps the blocks' weights on the host and loads each block to the device when it runs
     * (slower, less memory); or loads all of them to the device now.
     *
     * @param work called for each block that is loaded
     */
    public void keepBlocksOnHost(boolean onHost, Work work) {
        if (onHost) {
            blocks.keepOnHost();
        } else {
            blocks.bringToDevice(work);
        }
    }

    /** Frees the window plans of clip sizes. */
    public void forgetSizes() {
        plans.close();
    }

    /** Blocks of the network. */
    public int layers() {
        return blocks.size();
    }

    /**
     * The velocity of a noisy latent.
     *
     * @param scope owner of the result
     * @param input [T, H, W, 33], float32
     * @param timestep 0 to 1000
     * @param grid of the latent
     * @param blockDone called after each block; an exception stops the network
     * @return [T, H, W, 16], float32
     */
    public IValue velocity(
            TensorScope scope,
            IValue input,
            TextEmbedding text,
            double timestep,
            TokenGrid grid,
            Runnable blockDone) {
        WindowPlan plan = plans.get(grid, text.tokens());
        try (TensorScope own = runtime.newScope();
                var streams =
                        new RollingScope(
                                runtime,
                                s -> s.call(script, "tokens", ends, input, text.values()))) {
            IValue time = own.call(script, "time_at", ends, own.number(timestep));
            for (int i = 0; i < blocks.size(); i++) {
                int layer = i;
                streams.next(s -> block(s, layer, streams.parts(), time, plan));
                blockDone.run();
            }
            return scope.call(
                    script,
                    "velocity",
                    ends,
                    streams.parts()[0],
                    time,
                    plan.backToGrid(blocks.size()),
                    own.number((long) plan.grid().t()),
                    own.number(2L * plan.grid().h()),
                    own.number(2L * plan.grid().w()));
        }
    }

    private IValue block(
            TensorScope scope, int layer, IValue[] streams, IValue time, WindowPlan plan) {
        var order = plan.order(layer);
        return scope.call(
                script,
                "block",
                blocks.weights(scope, layer),
                scope.text(BLOCK + layer),
                scope.flag(layer == blocks.size() - 1),
                streams[0],
                streams[1],
                time,
                plan.toLayer(layer),
                order.sizes(),
                order.rope(),
                plan.textRope());
    }

    @Override
    public void close() {
        plans.close();
        blocks.close();
        owner.close();
        script.close();
    }
}
