package io.heritage.processor.restore;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.seedvr2.weights.Precision;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchUnavailable;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.CheckpointFolder;
import io.heritage.processor.device.Evictable;
import io.heritage.processor.device.ResidentModels;
import io.heritage.processor.device.TorchStart;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.job.WorkStopped;
import io.heritage.processor.output.Futures;
import io.heritage.schemas.RestoreInput;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The restoration models that are resident: loaded when first asked for, the least recently used
 * one given up for another. For jobs that several devices share there are copies on {@code
 * AssistingDevice}s. Device thread only.
 */
public final class RestoreModels implements Evictable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreModels.class);
    private static final int MOST_RESIDENT = 2;
    private static final long ASK_MILLIS = 50;

    private final ProcessorConfig config;
    private final CheckpointFolder folder;
    private final ResidentModels device;

    /** The least recently used one first. */
    private final Map<Weights, SeedVr2> resident = new LinkedHashMap<>(4, 0.75f, true);

    /** Beside the one whose thread this is. */
    private final List<AssistingDevice> assisting;

    private @Nullable TorchRuntime runtime;
    private @Nullable Initialized last;

    /**
     * A model as a client named it, and what was found under that name.
     *
     * @param precision {@code auto} if none was named
     */
    record Initialized(RestoreInput.Model model, String precision, boolean tiny) {}

    /** What is resident: weights in another precision are other weights. */
    record Weights(SeedVr2Variant variant, Precision precision) {}

    public RestoreModels(ProcessorConfig config, ResidentModels device) {
        this.config = config;
        this.device = device;
        device.add(this);
        this.folder = new CheckpointFolder(config.models());
        List<Device> devices = config.devices().devices();
        this.assisting =
                IntStream.range(1, devices.size())
                        .mapToObj(i -> new AssistingDevice(config, devices.get(i), i))
                        .toList();
    }

    /** The one initialised last. */
    public Optional<Initialized> last() {
        return Optional.ofNullable(last);
    }

    /**
     * What can be found out without loading.
     *
     * @throws JobFailed naming each missing file and where it was looked for
     */
    void requireInstalled(RestoreInput.Model model) {
        int devices = 1 + assisting.size();
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
     * The model, resident on as many devices as it asks for; it stays this object's to close.
     *
     * @throws JobFailed naming the file, and the keys in it, that are wrong
     * @throws WorkStopped between two blocks that are loaded
     */
    public ReplicatedModel ready(
            RestoreInput.Model model, String precision, WorkObserver observer) {
        requireInstalled(model);
        var weights = new Weights(variantOf(model), precisionOf(precision));
        SeedVr2 found = resident.get(weights);
        SeedVr2 network = found == null ? load(weights, observer) : found;
        List<Replica> others = replicas(weights, model.spSize() - 1, observer);
        last = new Initialized(model, precision, network.tiny());
        return new ReplicatedModel(network, others, new OwnMemory(weights, network));
    }

    /** Of a model that stays, whatever else is given up. */
    private final class OwnMemory implements ReplicatedModel.Memory {
        private final Weights weights;
        private final SeedVr2 network;

        OwnMemory(Weights weights, SeedVr2 network) {
            this.weights = weights;
            this.network = network;
        }

        @Override
        public MemoryBudget budget() {
            return MemoryBudget.of(network);
        }

        @Override
        public void giveUpIdle() {
            List.copyOf(resident.keySet()).stream()
                    .filter(idle -> !idle.equals(weights))
                    .forEach(RestoreModels.this::evict);
            device.makeRoom(RestoreModels.this, Long.MAX_VALUE, torch());
        }
    }

    /** Copies on other devices, which are loaded side by side. */
    private List<Replica> replicas(Weights weights, int count, WorkObserver observer) {
        while (true) {
            var stop = new AtomicBoolean();
            List<Future<Replica>> loading =
                    assisting.stream()
                            .limit(count)
                            .map(other -> other.replica(weights, stop::get))
                            .toList();
            try {
                return loading.stream().map(replica -> loaded(replica, observer)).toList();
            } catch (OutOfDeviceMemory e) {
                if (resident.size() < 2) {
                    throw e;
                }
                evictOldest();
            } catch (CheckpointMismatch | TorchUnavailable | UncheckedIOException e) {
                throw failed(String.valueOf(e.getMessage()));
            } finally {
                stop.set(true);
                loading.forEach(RestoreModels::awaitEnd);
            }
        }
    }

    private static Replica loaded(Future<Replica> replica, WorkObserver observer) {
        try {
            while (true) {
                try {
                    return replica.get(ASK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException _) {
                    observer.checkpoint();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkStopped(WorkStopped.Reason.SHUTDOWN);
        } catch (ExecutionException e) {
            throw Futures.runtimeCauseOf(e);
        }
    }

    /** A device that was told to stop does so at the next block. */
    private static void awaitEnd(Future<?> loading) {
        boolean interrupted = false;
        while (!loading.isDone()) {
            try {
                loading.get();
            } catch (InterruptedException _) {
                interrupted = true;
            } catch (ExecutionException _) {
                // The caller has met what stopped it, or stopped it.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Precision precisionOf(String name) {
        return name.equals("auto") ? Precision.usualOn(torch().device()) : Precision.parse(name);
    }

    private SeedVr2 load(Weights weights, WorkObserver observer) {
        observer.progress(new WorkProgress("load", 0, 0));
        while (resident.size() >= MOST_RESIDENT) {
            evictOldest();
        }
        boolean onHost = false;
        while (true) {
            try {
                SeedVr2 network = open(weights, onHost, observer);
                resident.put(weights, network);
                LOG.atInfo()
                        .addKeyValue("model", weights.variant().id())
                        .addKeyValue("precision", weights.precision().id())
                        .addKeyValue("tiny", network.tiny())
                        .log("model loaded");
                return network;
            } catch (OutOfDeviceMemory e) {
                if (!resident.isEmpty()) {
                    evictOldest();
                } else if (!onHost) {
                    onHost = true;
                } else {
                    throw e;
                }
            }
        }
    }

    private SeedVr2 open(Weights weights, boolean blocksOnHost, WorkObserver observer) {
        try {
            SeedVr2Files files = SeedVr2Files.find(config.models(), weights.variant());
            device.makeRoom(
                    this, CheckpointFolder.bytes(List.of(files.dit(), files.vae())), torch());
            return SeedVr2.open(
                    torch(),
                    files,
                    weights.precision(),
                    blocksOnHost,
                    Restoration.watching(observer, stage -> new WorkProgress(stage, 0, 0)));
        } catch (CheckpointMismatch | UncheckedIOException e) {
            throw failed(String.valueOf(e.getMessage()));
        }
    }

    private TorchRuntime torch() {
        TorchRuntime started = runtime;
        if (started == null) {
            started = startTorch();
            runtime = started;
        }
        return started;
    }

    private TorchRuntime startTorch() {
        try {
            return TorchStart.on(config.devices(), config.threads());
        } catch (TorchUnavailable e) {
            throw failed(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void evictAll() {
        while (!resident.isEmpty()) {
            evictOldest();
        }
    }

    private void evictOldest() {
        evict(resident.keySet().iterator().next());
    }

    private void evict(Weights idle) {
        LOG.atInfo()
                .addKeyValue("model", idle.variant().id())
                .addKeyValue("precision", idle.precision().id())
                .log("model given up for another");
        try (var _ = resident.remove(idle)) {
            assisting.forEach(other -> other.giveUp(idle));
            if (last != null && isOf(last, idle)) {
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
        assisting.forEach(AssistingDevice::close);
        resident.values().forEach(SeedVr2::close);
        resident.clear();
        if (runtime != null) {
            runtime.close();
        }
    }
}
