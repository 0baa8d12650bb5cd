package io.heritage.golden;

import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Cases of Wan2.2; docs/spec/wan22.md, section 12. Sizes come from the vectors. */
final class WanGoldens {
    private WanGoldens() {}

    static List<GoldenKind> kinds(TorchRuntime runtime) {
        List<GoldenKind> kinds = new ArrayList<>(WanDitGoldens.kinds(runtime));
        kinds.addAll(WanVaeGoldens.kinds(runtime));
        kinds.addAll(WanTextGoldens.kinds(runtime));
        kinds.addAll(WanSamplingGoldens.kinds(runtime));
        kinds.addAll(WanWeightGoldens.kinds(runtime));
        kinds.add(WanPipelineGoldens.kind(runtime));
        return kinds;
    }

    /** The same elements under another shape. */
    static FloatTensor shaped(FloatTensor tensor, TensorShape shape) {
        float[] elements = new float[tensor.size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = tensor.at(i);
        }
        return new FloatTensor(shape, elements);
    }

    /** Stacks tensors of one shape along a new first dimension. */
    static FloatTensor stacked(List<FloatTensor> tensors) {
        FloatTensor first = tensors.getFirst();
        float[] elements = new float[tensors.size() * first.size()];
        for (int t = 0; t < tensors.size(); t++) {
            for (int i = 0; i < first.size(); i++) {
                elements[t * first.size() + i] = tensors.get(t).at(i);
            }
        }
        long[] sizes =
                LongStream.concat(
                                LongStream.of(tensors.size()),
                                LongStream.of(first.shape().toArray()))
                        .toArray();
        return new FloatTensor(TensorShape.of(sizes), elements);
    }

    /** Joins tensors along their first dimension. */
    static FloatTensor joined(List<FloatTensor> tensors) {
        FloatTensor stacked = stacked(tensors);
        long[] sizes = tensors.getFirst().shape().toArray();
        sizes[0] = tensors.size() * sizes[0];
        return shaped(stacked, TensorShape.of(sizes));
    }
}
