package io.heritage.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.chaos.Checker.Rule;
import io.heritage.chaos.Checker.Violation;
import io.heritage.chaos.Observation.Answered;
import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Reconnected;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an update must not show, planted into what clients saw. */
class RollingCheckTest {
    private static final List<Disturbance> ROLLS =
            List.of(
                    new Disturbance(Disturbance.Kind.ROLL, "gateway-1", 1_000, 5_000),
                    new Disturbance(Disturbance.Kind.ROLL, "sink-1", 6_000, 9_000));

    private static Answered answered(int http) {
        return new Answered(1_100, 1_200, "A", Asked.RUN, 1, 0, 100, http);
    }

    private static Reconnected reconnected(int gateway, long began, long at) {
        return new Reconnected(began, at, "A", Asked.STATUS, gateway, "refused");
    }

    private static List<Rule> broken(Observation seen) {
        return RollingCheck.check(List.of(seen), ROLLS, Map.of()).stream()
                .map(Violation::rule)
                .toList();
    }

    @Test
    void aConnectionThatAReplacedGatewayDidNotTakeIsNoError() {
        assertThat(broken(reconnected(1, 900, 1_050))).isEmpty();
        assertThat(broken(reconnected(1, 4_900, 4_910))).isEmpty();
        assertThat(broken(answered(200))).isEmpty();
    }

    @Test
    void anyOtherBrokenConnectionIsOne() {
        assertThat(broken(reconnected(2, 1_100, 1_200))).containsExactly(Rule.ERROR);
        assertThat(broken(reconnected(1, 6_100, 6_200))).containsExactly(Rule.ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 400, 404, 429, 500, 502, 503})
    void anyAnswerBut200IsAnError(int http) {
        assertThat(broken(answered(http))).containsExactly(Rule.ERROR);
    }

    @Test
    void aRequestThatBecameTwoJobsIsFound() {
        assertThat(
                        RollingCheck.check(
                                List.of(), ROLLS, Map.of("a", Set.of("A"), "b", Set.of("B", "C"))))
                .extracting(Violation::rule)
                .containsExactly(Rule.TWO_JOBS);
    }
}
