package io.heritage.processor;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks that are resident on the device. An engine that could not be loaded fails the jobs
 * that need it, not the processor. Device thread only, but for {@link #status()}.
 */
final class Engines implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

    private final @Nullable FrameInterpolator rife;
    private final String problem;
    private final DeviceStatus status;

    private Engines(@Nullable FrameInterpolator rife, String problem, DeviceStatus status) {
        this.rife = rife;
        this.problem = problem;
        this.status = status;
    }

    static Engines load(EngineLoader loader, ProcessorConfig config) {
        try {
            FrameInterpolator rife = loader.load(config);
            LOG.atInfo()
                    .addKeyValue("model", rife.weights().name())
                    .addKeyValue("device", rife.device().device())
                    .log("model loaded");
            return new Engines(rife, "", rife.device());
        } catch (RuntimeException | LinkageError e) {
            LOG.atError().addKeyValue("model", "rife").setCause(e).log("model not loaded");
            return new Engines(
                    null,
                    String.valueOf(e.getMessage()),
                    new DeviceStatus(config.device(), 0, 0, List.of()));
        }
    }

    /** Whether everything that was to be loaded is. */
    boolean complete() {
        return rife != null;
    }

    FrameInterpolator rife() {
        if (rife == null) {
            throw new JobFailed("engine rife could not be loaded: " + problem);
        }
        return rife;
    }

    DeviceStatus status() {
        return status;
    }

    @Override
    public void close() {
        if (rife != null) {
            rife.close();
        }
    }
}
