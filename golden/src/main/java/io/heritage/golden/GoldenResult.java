package io.heritage.golden;

import java.util.Comparator;
import java.util.List;

/** The result of one case; its text is the line to print. */
public sealed interface GoldenResult {
    String name();

    /**
     * @param checks of every output, at least one, all within tolerance
     */
    record Passed(String name, List<OutputCheck> checks) implements GoldenResult {
        @Override
        public String toString() {
            return "PASS %s %s%s".formatted(name, nearestToFailing(checks), others(checks));
        }
    }

    record Failed(String name, List<OutputCheck> checks) implements GoldenResult {
        @Override
        public String toString() {
            return "FAIL %s %s%s".formatted(name, nearestToFailing(checks), others(checks));
        }
    }

    /** The case could not be run. */
    record Broken(String name, String reason) implements GoldenResult {
        @Override
        public String toString() {
            return "FAIL %s %s".formatted(name, reason);
        }
    }

    /** No network here knows the case. */
    record Skipped(String name, String reason) implements GoldenResult {
        @Override
        public String toString() {
            return "SKIP %s %s".formatted(name, reason);
        }
    }

    private static OutputCheck nearestToFailing(List<OutputCheck> checks) {
        return checks.stream()
                .max(
                        Comparator.comparing((OutputCheck check) -> !check.passed())
                                .thenComparingDouble(OutputCheck::excess))
                .orElseThrow();
    }

    private static String others(List<OutputCheck> checks) {
        long failed = checks.stream().filter(check -> !check.passed()).count();
        if (failed > 1) {
            return ", %d of %d outputs fail".formatted(failed, checks.size());
        }
        return checks.size() > 1 ? ", worst of %d outputs".formatted(checks.size()) : "";
    }
}
