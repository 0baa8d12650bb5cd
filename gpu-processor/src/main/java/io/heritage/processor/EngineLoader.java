package io.heritage.processor;

/** Brings the networks into memory; called once, on the thread that owns the device. */
@FunctionalInterface
interface EngineLoader {

    /**
     * @throws RuntimeException saying which file or library is wrong; the processor then runs
     *     without the engine and fails its jobs with that text
     */
    FrameInterpolator load(ProcessorConfig config);
}
