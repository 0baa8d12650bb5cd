package io.heritage.processor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import io.heritage.schemas.RestoreInput;
import java.util.function.Supplier;

/** Jobs of a <i>restore</i> endpoint: SeedVR API, "Supported Actions". */
final class RestoreHandler implements JobHandler {
    private static final RestoreInput.Model DEFAULT_MODEL =
            new RestoreInput.Model("seedvr2_7b", "normal", 1);

    private final RestoreModels models;
    private final Supplier<DeviceStatus> device;

    RestoreHandler(RestoreModels models, Supplier<DeviceStatus> device) {
        this.models = models;
        this.device = device;
    }

    @Override
    public Payload run(Attempt attempt) throws InvalidInput {
        return switch (RestoreInput.parse(InputBody.of(attempt.job()))) {
            case RestoreInput.Health _ -> health();
            case RestoreInput.Initialize(RestoreInput.Model model) -> throw models.notReady(model);
            case RestoreInput.Restore restore ->
                    throw models.notReady(restore.model().orElse(DEFAULT_MODEL));
        };
    }

    /**
     * {@code model_type} is left out as long as no model is initialised: these fields may stand at
     * the top level of a reply, where null does not occur. {@code gpu_memory} is in bytes, 0
     * without a GPU.
     */
    private Payload health() {
        DeviceStatus status = device.get();
        ObjectNode body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("status", "healthy")
                        .put("model_initialized", false)
                        .put("cuda_available", status.isCuda())
                        .put("gpu_memory", status.memoryBytes());
        return Payload.ofJson(body);
    }
}
