package io.heritage.golden;

/** Runs cases of one kind, whatever their sizes; registered with {@link GoldenRunner}. */
@FunctionalInterface
public interface GoldenCase {
    /**
     * Computes every output of the vectors and hands each to {@link GoldenVectors#check}.
     *
     * @throws RuntimeException if it cannot: the case then fails with its message
     */
    void run(GoldenVectors vectors);
}
