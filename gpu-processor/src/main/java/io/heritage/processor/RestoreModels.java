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
    private final Map<SeedVr2Variant, SeedVr2> resident = new LinkedHashMap<>(4, 0.75f, true);

    private @Nullable TorchRuntime runtime;
    private @Nullable Initialized last;

    /** A model as a client named it, and what was found under that name. */
    record Initialized(RestoreInput.Model model, boolean tiny) {}

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
    SeedVr2 ready(RestoreInput.Model model, WorkObserver observer) {
        requireInstalled(model);
        SeedVr2Variant variant = variantOf(model);
        SeedVr2 found = resident.get(variant);
        SeedVr2 network = found == null ? load(variant, observer) : found;
        last = new Initialized(model, network.tiny());
        return network;
    }

    private SeedVr2 load(SeedVr2Variant variant, WorkObserver observer) {
        observer.progress(new WorkProgress("load", 0, 0));
        while (resident.size() >= MOST_RESIDENT) {
            evictOldest();
        }
        while (true) {
            try {
                SeedVr2 network = open(variant, observer);
                resident.put(variant, network);
                LOG.atInfo()
                        .addKeyValue("model", variant.id())
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

    private SeedVr2 open(SeedVr2Variant variant, WorkObserver observer) {
        try {
            TorchRuntime torch = torch();
            return SeedVr2.open(
                    torch,
                    SeedVr2Files.find(config.models(), variant),
                    Precision.usualOn(torch.device()),
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
        SeedVr2Variant oldest = resident.keySet().iterator().next();
        LOG.atInfo().addKeyValue("model", oldest.id()).log("model given up for another");
        try (var _ = resident.remove(oldest)) {
            if (last != null && variantOf(last.model()) == oldest) {
                last = null;
            }
        }
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
