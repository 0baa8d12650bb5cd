package io.heritage.processor;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.seedvr2.Precision;
import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchUnavailable;
import io.heritage.schemas.RestoreInput;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The restoration models that are resident: loaded when first asked for, the least recently used
 * one given up for another. Device thread only.
 */
final class RestoreModels implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreModels.class);
    private static final int MOST_RESIDENT = 2;

    /** Devices of a processor that one job can be split over. */
    private static final int DEVICES = 1;

    private final ProcessorConfig config;
    private final CheckpointFolder folder;

    /** The least recently used one first. */
    private final Map<Weights, SeedVr2> resident = new LinkedHashMap<>(4, 0.75f, true);

    private @Nullable TorchRuntime runtime;
    private @Nullable Initialized last;

    /**
     * A model as a client named it, and what was found under that name.
     *
     * @param precision {@code auto} if none was named
     */
    record Initialized(RestoreInput.Model model, String precision, boolean tiny) {}

    /** What is resident: weights in another precision are other weights. */
    private record Weights(SeedVr2Variant variant, Precision precision) {}

    RestoreModels(ProcessorConfig config) {
        this.config = config;
        this.folder = new CheckpointFolder(config.models());
    }

    /** The one initialised last. */
    Optional<Initialized> last() {
        return Optional.ofNullable(last);
    }

    boolean isCuda() {
        return runtime != null && runtime.device() instanceof Device.Cuda;
    }

    /**
     * What can be found out without loading.
     *
     * @throws JobFailed naming each missing file and where it was looked for
     */
    void requireInstalled(RestoreInput.Model model) {
        if (model.spSize() > DEVICES) {
            throw new JobFailed(
                    "sp_size: this worker has %d device, found %d; use sp_size 1"
                            .formatted(DEVICES, model.spSize()));
        }
        SeedVr2Files.missing(config.models(), variantOf(model))
                .ifPresent(missing -> {
                    throw failed(folder.describeMissing(published(missing)));
                });
    }

    /** Of each file the name it is first published under. */
    private static List<String> published(SeedVr2Files.Missing missing) {
        return missing.files().stream().map(List::getFirst).toList();
    }

    static SeedVr2Variant variantOf(RestoreInput.Model model) {
        boolean sharp = model.variant().equals("sharp");
        return SeedVr2Variant.of(model.type() + (sharp ? "_sharp" : ""));
    }

    /**
     * The model, resident; it stays this object's to close.
     *
     * @throws JobFailed naming the file, and the keys in it, that are wrong
     * @throws WorkStopped between two blocks that are loaded
     */
    SeedVr2 ready(RestoreInput.Model model, String precision, WorkObserver observer) {
        requireInstalled(model);
        var weights = new Weights(variantOf(model), precisionOf(precision));
        SeedVr2 found = resident.get(weights);
        SeedVr2 network = found == null ? load(weights, observer) : found;
        last = new Initialized(model, precision, network.tiny());
        return network;
    }

    private Precision precisionOf(String name) {
        return name.equals("auto") ? Precision.usualOn(torch().device()) : Precision.parse(name);
    }

    private SeedVr2 load(Weights weights, WorkObserver observer) {
        observer.progress(new WorkProgress("load", 0, 0));
        while (resident.size() >= MOST_RESIDENT) {
            evictOldest();
        }
        while (true) {
            try {
                SeedVr2 network = open(weights, observer);
                resident.put(weights, network);
                LOG.atInfo()
                        .addKeyValue("model", weights.variant().id())
                        .addKeyValue("precision", weights.precision().id())
                        .addKeyValue("tiny", network.tiny())
                        .log("model loaded");
                return network;
            } catch (OutOfDeviceMemory e) {
                if (resident.isEmpty()) {
                    throw e;
                }
                evictOldest();
            }
        }
    }

    private SeedVr2 open(Weights weights, WorkObserver observer) {
        try {
            return SeedVr2.open(
                    torch(),
                    SeedVr2Files.find(config.models(), weights.variant()),
                    weights.precision(),
                    Restoration.watching(observer, stage -> new WorkProgress(stage, 0, 0)));
        } catch (CheckpointMismatch | TorchUnavailable | UncheckedIOException e) {
            throw failed(String.valueOf(e.getMessage()));
        }
    }

    private TorchRuntime torch() {
        TorchRuntime started = runtime;
        if (started == null) {
            started = TorchStart.on(config);
            runtime = started;
        }
        return started;
    }

    private void evictOldest() {
        Weights oldest = resident.keySet().iterator().next();
        LOG.atInfo()
                .addKeyValue("model", oldest.variant().id())
                .addKeyValue("precision", oldest.precision().id())
                .log("model given up for another");
        try (var _ = resident.remove(oldest)) {
            if (last != null && isOf(last, oldest)) {
                last = null;
            }
        }
    }

    private boolean isOf(Initialized model, Weights weights) {
        return variantOf(model.model()) == weights.variant()
                && precisionOf(model.precision()) == weights.precision();
    }

    private static JobFailed failed(String why) {
        return new JobFailed("Model initialization failed: " + why);
    }

    @Override
    public void close() {
        resident.values().forEach(SeedVr2::close);
        resident.clear();
        if (runtime != null) {
            runtime.close();
        }
    }
}
