package io.heritage.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.benchmarks.SceneCutBenchmark.Kind;
import io.heritage.benchmarks.SceneCutBenchmark.Score;
import org.junit.jupiter.api.Test;

/** A share of the clips, so that a change of the detection that makes it worse is seen. */
class SceneCutBenchmarkTest {
    @Test
    void cutsAreFoundWithFewFalseAlarms() {
        Score all = new Score(0, 0, 0);
        for (Kind kind : Kind.values()) {
            all = all.and(SceneCutBenchmark.score(kind, 1, 2));
        }
        assertThat(all.recall()).as("%s", all).isGreaterThanOrEqualTo(0.85);
        assertThat(all.precision()).as("%s", all).isGreaterThanOrEqualTo(0.85);
    }

    @Test
    void fadesPansAndShakingHandsAreNoCuts() {
        for (Kind kind : new Kind[] {Kind.FADE, Kind.FAST_PAN, Kind.SHAKING_HAND, Kind.STILL}) {
            assertThat(SceneCutBenchmark.score(kind, 1, 2).falseAlarms()).as("%s", kind).isZero();
        }
    }
}
