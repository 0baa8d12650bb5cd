package io.heritage.models.seedvr2.dit;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.seedvr2.dit.WindowPartition.Method;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchScript;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * Window order, rotation and the permutations between orders, for one size of clip and length of
 * text: made once, used by every block of every step. Its tensors belong to the scope in which it
 * was made.
 *
 * @param regular of even layers
 * @param shifted of odd layers
 */
record WindowPlan(
        TokenGrid grid,
        Order regular,
        Order shifted,
        IValue textRope,
        IValue gridToRegular,
        IValue regularToShifted,
        IValue shiftedToRegular,
        IValue regularToGrid,
        IValue shiftedToGrid) {

    /**
     * @param windows the order of tokens
     * @param sizes windows, and tokens in each, for every size
     * @param rope [N, 1, d / 2, 2]
     */
    record Order(WindowOrder windows, IValue sizes, IValue rope) {}

    static WindowPlan of(
            TensorScope scope,
            TorchScript script,
            Rope rope,
            WindowPartition partition,
            TokenGrid grid,
            int textTokens) {
        var regular = new WindowOrder(grid, partition.windows(grid, Method.REGULAR));
        var shifted = new WindowOrder(grid, partition.windows(grid, Method.SHIFTED));
        IValue gridToRegular = rows(scope, regular.fromGrid());
        return new WindowPlan(
                grid,
                new Order(
                        regular,
                        scope.numbers(regular.sizes()),
                        rope.ofVideo(scope, script, regular, textTokens, gridToRegular)),
                new Order(
                        shifted,
                        scope.numbers(shifted.sizes()),
                        rope.ofVideo(scope, script, shifted, textTokens, gridToRegular)),
                rope.ofText(scope, script, textTokens, gridToRegular),
                gridToRegular,
                rows(scope, shifted.from(regular)),
                rows(scope, regular.from(shifted)),
                rows(scope, regular.toGrid()),
                rows(scope, shifted.toGrid()));
    }

    Order order(int layer) {
        return Method.ofLayer(layer) == Method.REGULAR ? regular : shifted;
    }

    /** For each position in a layer its row in the grid. */
    IValue fromGrid(TensorScope scope, int layer) {
        return rows(scope, order(layer).windows().fromGrid());
    }

    /** For each position in a layer its position in the layer before, or in the grid. */
    IValue toLayer(int layer) {
        if (layer == 0) {
            return gridToRegular;
        }
        return Method.ofLayer(layer) == Method.REGULAR ? shiftedToRegular : regularToShifted;
    }

    /** For each row of the grid its position after a number of layers. */
    IValue backToGrid(int layers) {
        return Method.ofLayer(layers - 1) == Method.REGULAR ? regularToGrid : shiftedToGrid;
    }

    private static IValue rows(TensorScope scope, long[] rows) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(Math.multiplyExact(rows.length, Long.BYTES))
                        .order(ByteOrder.nativeOrder());
        LongBuffer longs = bytes.asLongBuffer();
        longs.put(rows);
        return scope.tensor(bytes, TensorType.I64, TensorShape.of(rows.length));
    }
}
