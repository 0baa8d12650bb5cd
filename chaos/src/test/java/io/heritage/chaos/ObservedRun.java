package io.heritage.chaos;

import io.heritage.chaos.Checker.Rule;
import io.heritage.chaos.Checker.Violation;
import io.heritage.chaos.Observation.Acknowledged;
import io.heritage.chaos.Observation.Answered;
import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Hooked;
import io.heritage.chaos.Observation.State;
import io.heritage.chaos.Observation.StreamPart;
import io.heritage.chaos.Observation.Streamed;
import io.heritage.chaos.Observation.Submitted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Two jobs with webhooks; the first is streamed. What comes after it is the test's. */
final class ObservedRun {
    static final List<String> PARTS_A = List.of("a0", "a1", "a2");
    static final List<String> PARTS_B = List.of("b0", "b1", "b2");

    private final Checker checker = new Checker(Duration.ofSeconds(10), 3);
    private final List<Disturbance> disturbances = new ArrayList<>();
    private final List<Observation> seen =
            new ArrayList<>(
                    List.of(
                            submitted("a", Cluster.ENDPOINT, true, PARTS_A),
                            new Acknowledged(10, "a", "A"),
                            submitted("b", Cluster.ENDPOINT, true, PARTS_B),
                            new Acknowledged(20, "b", "B")));

    static Submitted submitted(String tag, String endpoint, boolean webhook, List<String> parts) {
        return new Submitted(
                0, tag, endpoint, webhook, Set.of("COMPLETED"), parts, "nothing: it must not fail");
    }

    static State state(long at, String id, String status, List<String> parts) {
        return new State(at - 5, at, id, id, Asked.STATUS, status, parts, "", 0);
    }

    static State failed(long at, String id, String error) {
        return new State(at - 5, at, id, id, Asked.STATUS, "FAILED", List.of(), error, 0);
    }

    static Hooked hooked(long at, String id, List<String> parts) {
        return new Hooked(at, id, "COMPLETED", parts, "", true);
    }

    static Streamed streamed(long at, String status, int retries, int first, int end) {
        return streamed(at, status, -1, retries, first, end);
    }

    static Streamed streamed(long at, String status, int from, int retries, int first, int end) {
        var parts = new ArrayList<StreamPart>();
        for (int i = first; i < end; i++) {
            parts.add(new StreamPart(i, PARTS_A.get(i)));
        }
        return new Streamed(at - 5, at, "A", from, status, retries, parts);
    }

    static Answered answered(long began, long at, Asked call, long wait) {
        return new Answered(began, at, "A", call, 1, wait, 100, 200);
    }

    void add(Observation observation) {
        seen.add(observation);
    }

    void disturb(Disturbance disturbance) {
        disturbances.add(disturbance);
    }

    List<Observation> seen() {
        return seen;
    }

    void endA() {
        seen.add(state(100, "A", "COMPLETED", PARTS_A));
        seen.add(hooked(110, "A", PARTS_A));
    }

    void endB() {
        seen.add(state(100, "B", "COMPLETED", PARTS_B));
        seen.add(hooked(110, "B", PARTS_B));
    }

    List<Violation> violations() {
        return checker.check(seen, disturbances);
    }

    List<Rule> broken() {
        return violations().stream().map(Violation::rule).toList();
    }
}
