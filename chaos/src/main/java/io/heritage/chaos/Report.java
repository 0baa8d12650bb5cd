package io.heritage.chaos;

import io.heritage.chaos.Checker.Violation;
import io.heritage.chaos.Observation.Acknowledged;
import io.heritage.chaos.Observation.Answered;
import io.heritage.chaos.Observation.Hooked;
import io.heritage.chaos.Observation.Reconnected;
import io.heritage.chaos.Observation.State;
import io.heritage.chaos.Observation.Streamed;
import io.heritage.chaos.Observation.Submitted;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result of a run.
 *
 * @param redelivery milliseconds from the death of a worker to the next start of its job, sorted
 * @param left what is left behind at the end: jobs, locks, processes
 * @param ends parts that ended although nobody killed them
 * @param gaveUp clients that got no result
 */
record Report(
        ChaosOptions options,
        List<Observation> observations,
        List<Disturbance> disturbances,
        List<Violation> violations,
        List<Long> redelivery,
        List<Resources.ResourceUse> uses,
        List<String> left,
        List<String> ends,
        int gaveUp) {
    private static final int SHOWN = 60;

    /** A part whose disk was full may end. */
    boolean isGood() {
        return violations.isEmpty()
                && left.isEmpty()
                && unexcused().isEmpty()
                && uses.stream().allMatch(Resources.ResourceUse::isFlat);
    }

    private List<String> unexcused() {
        return ends.stream()
                .filter(end ->
                        disturbances.stream()
                                .noneMatch(d ->
                                        d.kind() == Disturbance.Kind.FULL_DISK
                                                && end.startsWith(d.part())))
                .toList();
    }

    String text() {
        var text = new StringBuilder();
        line(
                text,
                "# Chaos: %s, seed %d, %d brokers, %d sinks, %d gateways, %d processors",
                options.length(),
                options.seed(),
                options.size().brokers(),
                options.size().sinks(),
                options.size().gateways(),
                options.size().processors());
        line(
                text,
                "- jobs: %d submitted, %d acknowledged, ended %s, clients without a result %d",
                count(Submitted.class),
                count(Acknowledged.class),
                endings(),
                gaveUp);
        line(
                text,
                "- observed: %d states, %d stream replies, %d webhook calls; replies by status %s",
                count(State.class),
                count(Streamed.class),
                count(Hooked.class),
                tally(of(Answered.class).map(a -> a.http() == 0 ? "broken" : a.http() + "")));
        line(text, "- connections reopened: %d", count(Reconnected.class));
        line(text, "- faults: %s", tally(disturbances.stream().map(d -> d.kind() + " " + kind(d))));
        if (options.rolling()) {
            line(text, "- longest replacements, ms: %s", replacements());
        }
        line(
                text,
                "- redelivery after a worker died, ms: n %d, p50 %d, p99 %d, longest %d",
                redelivery.size(),
                percentile(50),
                percentile(99),
                percentile(100));
        line(text, "- replies later than the wait asked for, ms: %s", lateness());
        line(text, "- longest time without a 200 reply, ms: %d", silence());
        for (Resources.ResourceUse use : uses) {
            line(
                    text,
                    "- %s for %d s: resident %d -> %d MiB, descriptors %d -> %d, threads %d -> %d%s",
                    use.part(),
                    use.seconds(),
                    use.residentMibBefore(),
                    use.residentMibAfter(),
                    use.descriptorsBefore(),
                    use.descriptorsAfter(),
                    use.threadsBefore(),
                    use.threadsAfter(),
                    use.isFlat() ? "" : " GROWS");
        }
        ends.forEach(end -> line(text, "- %s", end));
        left.stream().limit(SHOWN).forEach(l -> line(text, "- left behind: %s", l));
        line(text, "- violations: %s", violations.isEmpty() ? "none" : byRule());
        violations.stream()
                .limit(SHOWN)
                .forEach(v -> line(text, "  - %s %s %s", v.rule(), v.job(), v.what()));
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(format.formatted(values)).append('\n');
    }

    private <T extends Observation> Stream<T> of(Class<T> type) {
        return observations.stream().filter(type::isInstance).map(type::cast);
    }

    private long count(Class<? extends Observation> type) {
        return of(type).count();
    }

    private static Map<String, Long> tally(Stream<String> names) {
        return names.collect(
                Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }

    /** By the last state of each job. */
    private Map<String, Long> endings() {
        Map<String, String> last = new TreeMap<>();
        of(State.class).forEach(s -> last.put(s.id(), s.status()));
        return tally(last.values().stream());
    }

    /** From the signal until the part was ready again. */
    private Map<String, Long> replacements() {
        return disturbances.stream()
                .filter(d -> d.kind() == Disturbance.Kind.ROLL)
                .collect(
                        Collectors.toMap(
                                Report::kind, d -> d.to() - d.from(), Math::max, TreeMap::new));
    }

    private static String kind(Disturbance d) {
        return d.part().replaceAll("-[0-9]+$", "");
    }

    private long percentile(int percent) {
        return redelivery.isEmpty()
                ? 0
                : redelivery.get(
                        Math.min(redelivery.size() - 1, redelivery.size() * percent / 100));
    }

    /** How much later than their wait callers were answered. */
    private String lateness() {
        long[] late =
                of(Answered.class)
                        .filter(a -> a.call().waits())
                        .mapToLong(a -> Math.max(0, a.at() - a.began() - a.waitMillis()))
                        .sorted()
                        .toArray();
        return late.length == 0
                ? "nobody waited"
                : "p50 %d, p99 %d, longest %d"
                        .formatted(
                                late[late.length / 2],
                                late[late.length * 99 / 100],
                                late[late.length - 1]);
    }

    private long silence() {
        long[] answered =
                of(Answered.class)
                        .filter(a -> a.http() == 200)
                        .mapToLong(Answered::at)
                        .sorted()
                        .toArray();
        long longest = 0;
        for (int i = 1; i < answered.length; i++) {
            longest = Math.max(longest, answered[i] - answered[i - 1]);
        }
        return longest;
    }

    private Map<String, Long> byRule() {
        return tally(violations.stream().map(v -> v.rule().name()));
    }
}
