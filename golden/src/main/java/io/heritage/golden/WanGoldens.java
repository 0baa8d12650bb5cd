package io.heritage.golden;

import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TorchRuntime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Cases of Wan2.2; spec wan22.md, section 12. Sizes come from the vectors. */
final class WanGoldens {
    private WanGoldens() {}

    static Map<String, GoldenCase> cases(TorchRuntime runtime) {
        Map<String, GoldenCase> cases = new HashMap<>(WanDitGoldens.cases(runtime));
        cases.putAll(WanVaeGoldens.cases(runtime));
        cases.putAll(WanTextGoldens.cases(runtime));
        cases.putAll(WanSamplingGoldens.cases(runtime));
        cases.putAll(WanWeightGoldens.cases(runtime));
        cases.putAll(WanPipelineGoldens.cases(runtime));
        return cases;
    }

    /** The same elements under another shape. */
    static FloatTensor shaped(FloatTensor tensor, TensorShape shape) {
        float[] elements = new float[tensor.size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = tensor.at(i);
        }
        return new FloatTensor(shape, elements);
    }

    /** Tensors of one shape behind each other, along a new first dimension. */
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

    /** Tensors that begin with a dimension of 1 behind each other along it. */
    static FloatTensor joined(List<FloatTensor> tensors) {
        FloatTensor stacked = stacked(tensors);
        long[] sizes = tensors.getFirst().shape().toArray();
        sizes[0] = tensors.size() * sizes[0];
        return shaped(stacked, TensorShape.of(sizes));
    }
}
