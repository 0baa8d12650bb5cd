package io.heritage.processor.restore;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchUnavailable;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.CheckpointFolder;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.device.ResidentModels;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkStopped;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.RestoreInput;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The models that clients name: makes one resident on as many devices as a job asks for, and
 * remembers which was initialised last. Device thread only.
 */
public final class RestoreModels implements AutoCloseable {
    private final ProcessorConfig config;
    private final DeviceRuntime runtime;
    private final ResidentModels device;
    private final RestoreResidency residency;
    private final RestoreLoader loader;
    private final AssistingDevices assisting;
    private @Nullable Initialized last;

    /**
     * A model as a client named it, and what was found under that name.
     *
     * @param precision {@code auto} if none was named
     */
    record Initialized(RestoreInput.Model model, String precision, boolean tiny) {}

    /**
     * @param runtime stays the caller's to close, after this
     */
    public RestoreModels(ProcessorConfig config, DeviceRuntime runtime, ResidentModels device) {
        this.config = config;
        this.runtime = runtime;
        this.device = device;
        this.residency = new RestoreResidency(device::isPinned);
        this.loader = new RestoreLoader(config, runtime, device, residency);
        this.assisting = new AssistingDevices(config);
        device.add(residency);
        residency.onEviction(assisting::evict);
        residency.onEviction(this::forget);
    }

    /** The most recently initialised model, unless it was evicted. */
    Optional<Initialized> last() {
        return Optional.ofNullable(last);
    }

    /**
     * Checks that need no loading.
     *
     * @throws JobFailed naming each missing file and where it was looked for
     */
    void requireInstalled(RestoreInput.Model model) {
        int devices = 1 + assisting.count();
        if (model.spSize() > devices) {
            throw new JobFailed(
                    "sp_size: this worker has %d %s, found %d; use sp_size %s"
                            .formatted(
                                    devices,
                                    devices == 1 ? "device" : "devices",
                                    model.spSize(),
                                    devices == 1 ? "1" : "1 to " + devices));
        }
        SeedVr2Files.missing(config.models(), variantOf(model))
                .ifPresent(missing -> {
                    throw failed(
                            "%s; install with: heritage models pull %s"
                                    .formatted(
                                            new CheckpointFolder(config.models())
                                                    .describeMissing(published(missing)),
                                            model.published().id()));
                });
    }

    /** The first published name of each file. */
    private static List<String> published(SeedVr2Files.Missing missing) {
        return missing.files().stream().map(List::getFirst).toList();
    }

    private static SeedVr2Variant variantOf(RestoreInput.Model model) {
        return new SeedVr2Variant(model.published());
    }

    /**
     * The model, resident on as many devices as it asks for; it stays this object's to close.
     *
     * @throws JobFailed naming the file, and the keys in it, that are wrong
     * @throws WorkStopped between two blocks that are loaded
     */
    ReplicatedModel ready(RestoreInput.Model model, String precision, WorkObserver observer) {
        requireInstalled(model);
        try {
            RestoreWeights weights = weightsOf(model, precision);
            SeedVr2 leader =
                    residency.find(weights).orElseGet(() -> loader.load(weights, observer));
            List<Replica> others = replicas(weights, model.spSize() - 1, observer);
            last = new Initialized(model, precision, leader.tiny());
            return new ReplicatedModel(leader, others, new LeaderMemory(weights, leader));
        } catch (CheckpointMismatch | TorchUnavailable | UncheckedIOException e) {
            throw failed(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Makes a model resident before a job asks for it, as an <i>initialize</i> does.
     *
     * @throws JobFailed saying what is missing or wrong
     * @throws WorkStopped between two blocks that are loaded
     */
    public void preload(PublishedModel model, WorkObserver observer) {
        var _ = ready(RestoreInput.Model.of(model), "auto", observer);
    }

    private RestoreWeights weightsOf(RestoreInput.Model model, String precision) {
        return new RestoreWeights(
                variantOf(model),
                precision.equals("auto")
                        ? Precision.usualOn(runtime.get().device())
                        : Precision.parse(precision));
    }

    /** Copies on other devices; older models are evicted there too if they do not fit. */
    private List<Replica> replicas(RestoreWeights weights, int count, WorkObserver observer) {
        while (true) {
            try {
                return assisting.replicas(weights, count, observer);
            } catch (OutOfDeviceMemory e) {
                if (!residency.evictOldestBut(weights)) {
                    throw e;
                }
                observer.ranOutOfMemory(RestoreLoader.EVICTED);
            }
        }
    }

    private void forget(RestoreWeights evicted) {
        if (last != null && weightsOf(last.model(), last.precision()).equals(evicted)) {
            last = null;
        }
    }

    private static JobFailed failed(String why) {
        return new JobFailed("Model initialization failed: " + why);
    }

    /** Memory that a job may take in addition to its model. */
    private final class LeaderMemory implements ReplicatedModel.DeviceBudget {
        private final RestoreWeights used;
        private final SeedVr2 leader;

        LeaderMemory(RestoreWeights used, SeedVr2 leader) {
            this.used = used;
            this.leader = leader;
        }

        @Override
        public MemoryBudget budget() {
            return MemoryBudget.of(leader);
        }

        @Override
        public void releaseKept() {
            leader.releaseKept();
        }

        @Override
        public void evictIdle() {
            residency.evictAllBut(used);
            device.makeRoom(residency, Long.MAX_VALUE);
            releaseKept();
        }
    }

    @Override
    public void close() {
        assisting.close();
        residency.close();
    }
}
