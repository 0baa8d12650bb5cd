package io.heritage.models.wan.dit;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import io.heritage.models.wan.weights.StoredWeight;
import io.heritage.models.wan.weights.WanWeightLoader;
import io.heritage.models.wan.weights.WeightChange;
import io.heritage.models.wan.weights.WeightFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A loaded expert: {@code wan_dit.py} with its weights. Close it before the runtime, and its file
 * after it.
 */
public final class WanDit implements AutoCloseable {
    private final TorchRuntime runtime;
    private final TorchScript script;
    private final WanWeightLoader loader;
    private final TensorScope owner;
    private final WanDitLayout layout;
    private final DitOptions options;
    private final IValue ends;
    private final WanDitBlocks blocks;
    private @Nullable RopeTable rope;

    /** Frames, rows and columns of tokens. */
    private record PatchGrid(int frames, int rows, int columns) {}

    private record RopeTable(PatchGrid grid, TensorScope scope, IValue table) {}

    private WanDit(
            TorchRuntime runtime,
            TorchScript script,
            WanWeightLoader loader,
            TensorScope owner,
            WanDitLayout layout,
            DitOptions options,
            IValue ends,
            WanDitBlocks blocks) {
        this.runtime = runtime;
        this.script = script;
        this.loader = loader;
        this.owner = owner;
        this.layout = layout;
        this.options = options;
        this.ends = ends;
        this.blocks = blocks;
    }

    /**
     * Checks the file and loads all weights except the blocks. {@link #loadBlocks} may load these
     * to the device; otherwise each is loaded when it runs.
     *
     * @param changes of LoRAs, by key
     * @throws io.heritage.models.checkpoint.CheckpointMismatch if it is the file of something else
     */
    public static WanDit open(
            TorchRuntime runtime,
            WeightFile file,
            Map<String, List<WeightChange>> changes,
            DitOptions options) {
        WanDitLayout layout = WanDitLayout.of(file);
        if (layout.width() % options.headSize() != 0) {
            throw new IllegalArgumentException(
                    "heads of %d do not divide a width of %d"
                            .formatted(options.headSize(), layout.width()));
        }
        TorchScript script = runtime.load("wan_dit");
        WanWeightLoader loader =
                WanWeightLoader.open(runtime, options.computeType(), options.float8());
        TensorScope owner = runtime.newScope();
        try {
            IValue ends = loader.load(owner, ends(file), WanDitLayout::type, changes);
            var blocks =
                    new WanDitBlocks(runtime, loader, file.weights(), layout.layers(), changes);
            return new WanDit(runtime, script, loader, owner, layout, options, ends, blocks);
        } catch (RuntimeException e) {
            owner.close();
            loader.close();
            script.close();
            throw e;
        }
    }

    private static Map<String, StoredWeight> ends(WeightFile file) {
        var ends = new LinkedHashMap<String, StoredWeight>(file.weights());
        ends.keySet().removeIf(key -> key.startsWith("blocks."));
        return ends;
    }

    public WanDitLayout layout() {
        return layout;
    }

    /** Loads all blocks to the device. */
    public void loadBlocks(BlockListener listener) {
        if (!blocks.isLoaded()) {
            blocks.load(listener);
        }
    }

    public boolean blocksAreLoaded() {
        return blocks.isLoaded();
    }

    /** Releases the blocks from the device; the next call loads each when it runs. */
    public void releaseBlocks() {
        blocks.release();
    }

    /** Blocks of the network. */
    public int layers() {
        return blocks.size();
    }

    /**
     * All weights but the blocks', as {@code wan_dit.py} takes them; for comparison with
     * references.
     */
    public IValue ends() {
        return ends;
    }

    /**
     * The velocity of a noisy latent.
     *
     * @param scope owner of the result
     * @param x [16, T, H, W] float32
     * @param y [20, T, H, W] mask and conditioning latent
     * @param timestep 0 to 1000
     * @param text rows of the text encoder, [n, text width]; n is at most {@code textRows}
     * @return [16, T, H, W] float32
     */
    public IValue velocity(
            TensorScope scope,
            LatentSize size,
            IValue x,
            IValue y,
            double timestep,
            IValue text,
            BlockListener listener) {
        try (TensorScope own = runtime.newScope()) {
            IValue[] time = own.parts(own.call(script, "time", ends, own.number(timestep)));
            IValue context = context(own, text);
            IValue stream = own.call(script, "tokens", ends, x, y);
            IValue turned = rope(size, stream);
            for (int i = 0; i < blocks.size(); i++) {
                block(i, stream, time[1], context, turned);
                listener.done(i, stream);
            }
            return scope.call(
                    script,
                    "unpatchified",
                    own.call(script, "head", ends, stream, time[0]),
                    own.number((long) size.frames()),
                    own.number((long) size.height()),
                    own.number((long) size.width()));
        }
    }

    /** The projected text that every block attends to, [1, textRows, width]. */
    public IValue context(TensorScope scope, IValue text) {
        return scope.call(
                script,
                "text",
                ends,
                text,
                scope.number((long) options.textRows()),
                scope.number((long) options.computeType()));
    }

    private void block(int layer, IValue stream, IValue time, IValue context, IValue rope) {
        try (TensorScope step = runtime.newScope()) {
            step.call(
                    script,
                    "block",
                    blocks.weights(step, layer),
                    step.text("blocks." + layer),
                    stream,
                    time,
                    context,
                    rope,
                    step.number(layout.width() / options.headSize()),
                    step.number((long) options.computeType()),
                    step.flag(options.cudnnAttention()));
        }
    }

    /** The same for all steps of a video. */
    private IValue rope(LatentSize size, IValue like) {
        var grid = new PatchGrid(size.frames(), size.height() / 2, size.width() / 2);
        if (rope != null && rope.grid.equals(grid)) {
            return rope.table;
        }
        forgetRope();
        TensorScope scope = runtime.newScope();
        IValue table =
                scope.call(
                        script,
                        "rope",
                        scope.number((long) grid.frames),
                        scope.number((long) grid.rows),
                        scope.number((long) grid.columns),
                        scope.number((long) options.headSize()),
                        like);
        rope = new RopeTable(grid, scope, table);
        return table;
    }

    private void forgetRope() {
        if (rope != null) {
            rope.scope.close();
            rope = null;
        }
    }

    /** {@code negative + guidance * (positive - negative)}. */
    public IValue guided(TensorScope scope, IValue negative, IValue positive, double guidance) {
        return scope.call(script, "guided", negative, positive, scope.number(guidance));
    }

    @Override
    public void close() {
        forgetRope();
        blocks.close();
        owner.close();
        loader.close();
        script.close();
    }
}
