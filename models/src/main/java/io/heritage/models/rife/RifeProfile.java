package io.heritage.models.rife;

/** Receives the duration of each stage, on the computing thread. */
@FunctionalInterface
public interface RifeProfile {
    RifeProfile NONE = (_, _) -> {};

    void ran(RifeStage stage, long nanos);
}
