package io.heritage.processor.interpolate;

import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.device.DeviceStatus;
import io.heritage.processor.job.JobFailed;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RIFE in the memory of a device: loaded once, shared by both engines, never evicted. If it cannot
 * be loaded, the jobs that need it fail, not the processor. Device thread only, except {@link
 * #status()}.
 */
public final class RifeHolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RifeHolder.class);

    private final EngineLoader loader;
    private final ProcessorConfig config;
    private final DeviceRuntime runtime;
    private boolean tried;
    private @Nullable FrameInterpolator rife;
    private String problem = "";
    private volatile DeviceStatus status;

    /** Loads nothing yet. */
    public RifeHolder(EngineLoader loader, ProcessorConfig config, DeviceRuntime runtime) {
        this.loader = loader;
        this.config = config;
        this.runtime = runtime;
        this.status = new DeviceStatus(config.device(), 0, 0, List.of());
    }

    /**
     * Loads RIFE unless that was tried before.
     *
     * @return whether it is loaded
     */
    public boolean load() {
        if (!tried) {
            tried = true;
            tryToLoad();
        }
        return rife != null;
    }

    /** Why RIFE is unavailable; empty if it is not. */
    public String problem() {
        return problem;
    }

    private void tryToLoad() {
        try {
            FrameInterpolator loaded = loader.load(config, runtime);
            rife = loaded;
            status = loaded.device();
            LOG.atInfo()
                    .addKeyValue("model", loaded.weights().name())
                    .addKeyValue("device", status.device())
                    .log("model loaded");
        } catch (RuntimeException | LinkageError e) {
            problem = String.valueOf(e.getMessage());
            LOG.atError().addKeyValue("model", "rife").setCause(e).log("model not loaded");
        }
    }

    /**
     * RIFE, loaded; it stays this object's to close.
     *
     * @throws JobFailed saying why it could not be loaded
     */
    FrameInterpolator rife() {
        load();
        FrameInterpolator loaded = rife;
        if (loaded == null) {
            throw new JobFailed("engine rife could not be loaded: " + problem);
        }
        return loaded;
    }

    public DeviceStatus status() {
        return status;
    }

    @Override
    public void close() {
        if (rife != null) {
            rife.close();
        }
    }
}
