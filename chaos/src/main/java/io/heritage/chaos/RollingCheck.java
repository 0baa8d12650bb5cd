package io.heritage.chaos;

import io.heritage.chaos.Checker.Rule;
import io.heritage.chaos.Checker.Violation;
import io.heritage.chaos.Observation.Answered;
import io.heritage.chaos.Observation.Reconnected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The promises of a rolling update beyond those of {@link Checker}: clients see no error, except a
 * connection that a gateway refuses while it is replaced, and no request is processed twice.
 */
final class RollingCheck {
    private RollingCheck() {}

    /**
     * @param rolls when each part was replaced
     * @param queued ids of the jobs in the queues, by their tags
     */
    static List<Violation> check(
            List<Observation> observations,
            List<Disturbance> rolls,
            Map<String, Set<String>> queued) {
        var found = new ArrayList<Violation>();
        for (Observation o : observations) {
            if (o instanceof Answered a && a.http() != 200) {
                found.add(
                        new Violation(
                                Rule.ERROR,
                                a.job(),
                                "%s at %d ms: gateway-%d answered %d at %d ms"
                                        .formatted(
                                                a.call(),
                                                a.began(),
                                                a.gateway(),
                                                a.http(),
                                                a.at())));
            } else if (o instanceof Reconnected r && !isExcused(r, rolls)) {
                found.add(
                        new Violation(
                                Rule.ERROR,
                                r.job(),
                                "%s at %d ms: gateway-%d closed the connection at %d ms"
                                        .formatted(r.call(), r.began(), r.gateway(), r.at())));
            }
        }
        queued.forEach((tag, ids) -> {
            if (ids.size() > 1) {
                found.add(
                        new Violation(
                                Rule.TWO_JOBS,
                                "",
                                "the request of %s became the jobs %s".formatted(tag, ids)));
            }
        });
        return found;
    }

    private static boolean isExcused(Reconnected broken, List<Disturbance> rolls) {
        return rolls.stream()
                .filter(roll -> roll.part().equals("gateway-" + broken.gateway()))
                .anyMatch(roll -> roll.overlaps(broken.began(), broken.at(), 0));
    }
}
