package io.heritage.golden;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.torch.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tensors and weights of a case on the device; valid as long as case and scope. */
record GoldenTensors(GoldenVectors vectors, TensorScope scope) {
    IValue tensor(String key) {
        CheckpointTensor tensor = vectors.tensor(key);
        return scope.tensor(tensor.bytes(), tensor.type(), tensor.shape());
    }

    int size(String key, int axis) {
        return Math.toIntExact(vectors.tensor(key).shape().sizes().get(axis));
    }

    /** Weights in the case's own file, under their keys. */
    Map<String, CheckpointTensor> weights() {
        var weights = new LinkedHashMap<String, CheckpointTensor>();
        String prefix = vectors.weightsPrefix();
        vectors.keys().stream()
                .filter(key -> key.startsWith(prefix))
                .forEach(key -> weights.put(key.substring(prefix.length()), vectors.tensor(key)));
        return weights;
    }

    IValue weight(String key) {
        return tensor(vectors.weightsPrefix() + key);
    }

    void check(String output, IValue got) {
        vectors.check(output, scope.floats(got));
    }

    static List<Integer> ints(JsonNode array) {
        List<Integer> ints = new ArrayList<>();
        array.forEach(number -> ints.add(number.asInt()));
        return ints;
    }
}
