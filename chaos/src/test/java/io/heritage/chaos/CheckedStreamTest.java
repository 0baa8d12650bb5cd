package io.heritage.chaos;

import static io.heritage.chaos.ObservedRun.streamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.chaos.Checker.Rule;
import io.heritage.chaos.Observation.Answered;
import io.heritage.chaos.Observation.Asked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults are planted into what {@code /stream} gave. */
class CheckedStreamTest {
    private final ObservedRun run = new ObservedRun();

    @Test
    void partsOutOfOrderAreFound() {
        run.endA();
        run.endB();
        run.add(streamed(50, "IN_PROGRESS", 0, 0, 1));
        run.add(streamed(60, "IN_PROGRESS", 0, 2, 3));
        run.add(streamed(70, "COMPLETED", 0, 1, 2));
        assertThat(run.broken()).contains(Rule.STREAM);
    }

    @Test
    void aPartGivenTwiceIsFound() {
        run.endA();
        run.endB();
        run.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        run.add(streamed(60, "COMPLETED", 0, 1, 3));
        assertThat(run.broken()).contains(Rule.STREAM);
    }

    @Test
    void aStreamThatEndsEarlyIsFound() {
        run.endA();
        run.endB();
        run.add(streamed(50, "COMPLETED", 0, 0, 2));
        assertThat(run.broken()).containsExactly(Rule.STREAM);
    }

    @Test
    void aStreamMayBeginAnewAfterARetry() {
        run.endA();
        run.endB();
        run.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        run.add(streamed(60, "COMPLETED", 1, 0, 3));
        assertThat(run.broken()).isEmpty();
    }

    @Test
    void aStreamMayBeginAnewAfterAReplyWithoutPartsSaidSoButOnce() {
        run.endA();
        run.endB();
        run.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        run.add(streamed(55, "IN_PROGRESS", 1, 0, 0));
        run.add(streamed(60, "IN_PROGRESS", 1, 0, 3));
        assertThat(run.broken()).isEmpty();
        run.add(streamed(65, "COMPLETED", 1, 0, 3));
        assertThat(run.broken()).contains(Rule.STREAM);
    }

    @Test
    void aStreamThatBeginsAnewWithoutSayingSoIsFound() {
        run.endA();
        run.endB();
        run.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        run.add(streamed(60, "COMPLETED", 0, 0, 3));
        assertThat(run.broken()).contains(Rule.STREAM);
    }

    /** A gateway says 503 when it lost the sink's reply. */
    @ParameterizedTest
    @ValueSource(ints = {0, 503})
    void partsMayBeLostWithAReplyThatBrokeButNotForThoseWhoCount(int http) {
        run.endA();
        run.endB();
        run.add(streamed(40, "IN_PROGRESS", 0, 0, 1));
        run.add(new Answered(45, 50, "A", Asked.STREAM, 1, 1000, 0, http));
        run.add(streamed(60, "COMPLETED", 0, 2, 3));
        assertThat(run.broken()).isEmpty();
        run.seen().removeLast();
        run.add(streamed(60, "COMPLETED", 1, 0, 2, 3));
        assertThat(run.broken()).contains(Rule.STREAM);
    }
}
