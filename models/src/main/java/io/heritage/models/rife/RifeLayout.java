package io.heritage.models.rife;

import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Keys and shapes of a RIFE 4.7 checkpoint.
 *
 * @param channels of the four blocks, coarse to fine; 192, 128, 96, 64 in the published one
 */
record RifeLayout(List<Long> channels) {
    private static final List<Long> PUBLISHED = List.of(192L, 128L, 96L, 64L);
    private static final List<Long> INPUTS = List.of(15L, 20L, 20L, 20L);
    private static final int RESIDUALS = 8;

    /**
     * Reads the channels of a checkpoint.
     *
     * @throws io.heritage.models.checkpoint.CheckpointMismatch if its other keys and shapes do not
     *     follow from them
     */
    static RifeLayout of(String file, Map<String, CheckpointTensor> tensors) {
        var layout =
                new RifeLayout(
                        IntStream.range(0, PUBLISHED.size())
                                .mapToObj(block -> channels(tensors, block))
                                .toList());
        Checkpoint.requireExactly(file, tensors, layout.shapes());
        return layout;
    }

    private static long channels(Map<String, CheckpointTensor> tensors, int block) {
        var weight = tensors.get("block%d.conv0.1.0.weight".formatted(block));
        return weight == null || weight.shape().sizes().isEmpty()
                ? PUBLISHED.get(block)
                : weight.shape().sizes().get(0);
    }

    Map<String, TensorShape> shapes() {
        var shapes = new LinkedHashMap<String, TensorShape>();
        for (int block = 0; block < channels.size(); block++) {
            addBlock(shapes, "block%d.".formatted(block), INPUTS.get(block), channels.get(block));
        }
        add(shapes, "encode.0", 16, TensorShape.of(16, 3, 3, 3));
        add(shapes, "encode.1", 4, TensorShape.of(16, 4, 4, 4));
        return shapes;
    }

    private static void addBlock(
            Map<String, TensorShape> shapes, String block, long inputs, long c) {
        add(shapes, block + "conv0.0.0", c / 2, TensorShape.of(c / 2, inputs, 3, 3));
        add(shapes, block + "conv0.1.0", c, TensorShape.of(c, c / 2, 3, 3));
        for (int i = 0; i < RESIDUALS; i++) {
            String residual = block + "convblock." + i;
            shapes.put(residual + ".beta", TensorShape.of(1, c, 1, 1));
            add(shapes, residual + ".conv", c, TensorShape.of(c, c, 3, 3));
        }
        add(shapes, block + "lastconv.0", 24, TensorShape.of(c, 24, 4, 4));
    }

    private static void add(
            Map<String, TensorShape> shapes, String key, long biases, TensorShape weight) {
        shapes.put(key + ".weight", weight);
        shapes.put(key + ".bias", TensorShape.of(biases));
    }
}
