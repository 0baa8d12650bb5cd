package io.heritage.processor.interpolate;

import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceStatus;
import io.heritage.processor.job.JobFailed;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks that are resident on the device. An engine that could not be loaded fails the jobs
 * that need it, not the processor. Device thread only, but for {@link #status()}.
 */
public final class RifeHolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RifeHolder.class);

    private final @Nullable FrameInterpolator rife;
    private final String problem;
    private final DeviceStatus status;

    private RifeHolder(@Nullable FrameInterpolator rife, String problem, DeviceStatus status) {
        this.rife = rife;
        this.problem = problem;
        this.status = status;
    }

    public static RifeHolder load(EngineLoader loader, ProcessorConfig config) {
        try {
            FrameInterpolator rife = loader.load(config);
            LOG.atInfo()
                    .addKeyValue("model", rife.weights().name())
                    .addKeyValue("device", rife.device().device())
                    .log("model loaded");
            return new RifeHolder(rife, "", rife.device());
        } catch (RuntimeException | LinkageError e) {
            LOG.atError().addKeyValue("model", "rife").setCause(e).log("model not loaded");
            return new RifeHolder(
                    null,
                    String.valueOf(e.getMessage()),
                    new DeviceStatus(config.device(), 0, 0, List.of()));
        }
    }

    /** Whether everything that was to be loaded is. */
    public boolean complete() {
        return rife != null;
    }

    FrameInterpolator rife() {
        if (rife == null) {
            throw new JobFailed("engine rife could not be loaded: " + problem);
        }
        return rife;
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
