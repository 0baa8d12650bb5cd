package io.heritage.schemas;

import java.util.Arrays;
import java.util.List;

/** The networks of SeedVR2; {@code model_type} of a request names one. */
public enum RestoreNetwork {
    SEEDVR2_3B("seedvr2_3b"),
    SEEDVR2_7B("seedvr2_7b");

    private final String modelType;

    RestoreNetwork(String modelType) {
        this.modelType = modelType;
    }

    public String modelType() {
        return modelType;
    }

    static List<String> modelTypes() {
        return Arrays.stream(values()).map(RestoreNetwork::modelType).toList();
    }
}
