package io.heritage.processor.interpolate;

import io.heritage.processor.config.ProcessorConfig;

/** Brings the networks into memory; called once, on the thread that owns the device. */
@FunctionalInterface
public interface EngineLoader {

    /**
     * @throws RuntimeException saying which file or library is wrong; the processor then runs
     *     without the engine and fails its jobs with that text
     */
    FrameInterpolator load(ProcessorConfig config);
}
