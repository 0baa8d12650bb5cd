package io.heritage.processor.interpolate;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchUnavailable;
import io.heritage.models.wan.DoesNotFit;
import io.heritage.models.wan.WanFiles;
import io.heritage.models.wan.WanInterpolation;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.CheckpointFolder;
import io.heritage.processor.device.DeviceMemory;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.device.Evictable;
import io.heritage.processor.device.ResidentModels;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkStopped;
import io.heritage.schemas.PublishedModel;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wan2.2 (docs/interpolate.md), resident from its first use on. Device thread only. */
public final class WanModels implements Evictable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WanModels.class);

    private final ProcessorConfig config;
    private final CheckpointFolder folder;
    private final DeviceRuntime runtime;
    private final ResidentModels device;
    private final RifeHolder rife;
    private @Nullable WanEngine resident;

    /**
     * @param runtime stays the caller's to close, like {@code rife}, after this
     * @param rife for the frames between those of Wan2.2
     */
    public WanModels(
            ProcessorConfig config, DeviceRuntime runtime, ResidentModels device, RifeHolder rife) {
        this.config = config;
        this.runtime = runtime;
        this.device = device;
        this.rife = rife;
        device.add(this);
        this.folder = new CheckpointFolder(config.models());
    }

    /** Whether all files exist; loading them shows whether they are valid. */
    boolean installed() {
        return missing().isEmpty();
    }

    private List<String> missing() {
        return WanFiles.missing(config.models(), config.wan().files());
    }

    /**
     * @throws JobFailed naming each missing file and where it was looked for
     */
    void requireInstalled() {
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            throw new JobFailed(
                    "engine wan is not installed: %s; install with: heritage models pull %s"
                            .formatted(folder.describeMissing(missing), PublishedModel.WAN22.id()));
        }
    }

    /**
     * The engine, resident; it stays this object's to close.
     *
     * @throws JobFailed naming the file, and the keys in it, that are wrong
     * @throws WorkStopped between two blocks that are loaded
     */
    WanEngine ready(WorkObserver observer) {
        WanEngine found = resident;
        if (found == null) {
            requireInstalled();
            found = load(observer);
            resident = found;
            LOG.atInfo()
                    .addKeyValue("model", WanEngine.NAME)
                    .addKeyValue("tiny", found.tiny())
                    .log("model loaded");
        }
        return found;
    }

    /** Makes it resident before a job asks for it; throws as {@link #ready} does. */
    public void preload(WorkObserver observer) {
        var _ = ready(observer);
    }

    private WanEngine load(WorkObserver observer) {
        try {
            TorchRuntime torch = runtime.get();
            var files = WanFiles.find(config.models(), config.wan().files());
            device.makeRoom(this, CheckpointFolder.bytes(files.all()));
            long bytes = config.wan().memoryBytes();
            var settings =
                    config.wan()
                            .settings(
                                    torch.device(), bytes > 0 ? bytes : DeviceMemory.usable(torch));
            FrameInterpolator between = rife.rife();
            return new WanEngine(
                    WanInterpolation.open(
                            torch,
                            files,
                            settings,
                            between.network(),
                            WanProgress.loading(observer)),
                    between.weights(),
                    torch.device());
        } catch (DoesNotFit e) {
            throw WanEngine.outOfMemory(runtime.get().device(), e);
        } catch (CheckpointMismatch
                | TorchUnavailable
                | UncheckedIOException
                | IllegalArgumentException e) {
            throw new JobFailed("engine wan could not be loaded: " + e.getMessage());
        }
    }

    @Override
    public List<String> resident() {
        return resident == null ? List.of() : List.of(PublishedModel.WAN22.id());
    }

    @Override
    public void evictAll() {
        if (resident != null && !device.isPinned(PublishedModel.WAN22.id())) {
            LOG.atInfo().addKeyValue("model", WanEngine.NAME).log("model evicted to free memory");
            resident.close();
            resident = null;
        }
    }

    @Override
    public void close() {
        if (resident != null) {
            resident.close();
            resident = null;
        }
    }
}
