package io.heritage.processor.restore;

import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.CheckpointFolder;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.device.ResidentModels;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads SeedVR2 into the memory of the leading device and evicts other models until it fits. Where
 * it does not fit alone, its transformer blocks stay on the host. Device thread only.
 */
final class RestoreLoader {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreLoader.class);
    private static final int MOST_RESIDENT = 2;

    /** Instead of a name of {@link RestoreOptions}: what is done before one of its steps. */
    static final String EVICTED = "another model evicted";

    private final ProcessorConfig config;
    private final DeviceRuntime runtime;
    private final ResidentModels device;
    private final RestoreResidency residency;

    RestoreLoader(
            ProcessorConfig config,
            DeviceRuntime runtime,
            ResidentModels device,
            RestoreResidency residency) {
        this.config = config;
        this.runtime = runtime;
        this.device = device;
        this.residency = residency;
    }

    /**
     * The model, resident, unless it was already.
     *
     * @throws io.heritage.models.checkpoint.CheckpointMismatch naming the file, and the keys in it,
     *     that are wrong
     * @throws io.heritage.processor.job.WorkStopped between two blocks that are loaded
     */
    SeedVr2 load(RestoreWeights weights, WorkObserver observer) {
        observer.progress(new WorkProgress("load", 0, 0));
        while (residency.size() >= MOST_RESIDENT && residency.evictOldest()) {}
        boolean blocksOnHost = false;
        while (true) {
            try {
                long began = System.nanoTime();
                SeedVr2 model = open(weights, blocksOnHost, observer);
                residency.add(weights, model);
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                device.loaded(weights.variant().id(), took);
                LOG.atInfo()
                        .addKeyValue("model", weights.variant().id())
                        .addKeyValue("precision", weights.precision().id())
                        .addKeyValue("tiny", model.tiny())
                        .addKeyValue("seconds", took.toMillis() / 1e3)
                        .log("model loaded");
                return model;
            } catch (OutOfDeviceMemory e) {
                if (residency.evictOldest()) {
                    observer.ranOutOfMemory(EVICTED);
                    continue;
                }
                if (blocksOnHost) {
                    throw e;
                }
                observer.ranOutOfMemory(RestoreOptions.BLOCKS_ON_HOST);
                blocksOnHost = true;
            }
        }
    }

    private SeedVr2 open(RestoreWeights weights, boolean blocksOnHost, WorkObserver observer) {
        SeedVr2Files files = SeedVr2Files.find(config.models(), weights.variant());
        device.makeRoom(residency, CheckpointFolder.bytes(List.of(files.dit(), files.vae())));
        return SeedVr2.open(
                runtime.get(),
                files,
                weights.precision(),
                blocksOnHost,
                NetworkRun.watching(observer, stage -> new WorkProgress(stage, 0, 0)));
    }
}
