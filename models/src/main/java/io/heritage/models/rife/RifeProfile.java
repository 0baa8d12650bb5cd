package io.heritage.models.rife;

/** Told how long each stage took. Called on the thread that computes. */
@FunctionalInterface
public interface RifeProfile {
    RifeProfile NONE = (_, _) -> {};

    void ran(RifeStage stage, long nanos);
}
