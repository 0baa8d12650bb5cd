package io.heritage.processor.interpolate;

import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceRuntime;

/** Loads RIFE. Called once, on the thread that owns the device. */
@FunctionalInterface
public interface EngineLoader {

    /**
     * @throws RuntimeException saying which file or library is wrong; the processor then runs
     *     without RIFE and fails its jobs with that text
     */
    FrameInterpolator load(ProcessorConfig config, DeviceRuntime runtime);
}
