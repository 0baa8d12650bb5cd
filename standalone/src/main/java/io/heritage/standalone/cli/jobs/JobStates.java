package io.heritage.standalone.cli.jobs;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** States of jobs as users write them. */
final class JobStates {
    private static final Map<String, String> SHORT =
            Map.of(
                    "QUEUED", "IN_QUEUE",
                    "RUNNING", "IN_PROGRESS");
    private static final Set<String> ALL =
            Set.of("IN_QUEUE", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT");

    private JobStates() {}

    /**
     * @param wrong makes the exception for a state that does not exist
     * @return as the server has them
     */
    static Set<String> of(
            Collection<String> typed, Function<String, ? extends RuntimeException> wrong) {
        Set<String> states = new TreeSet<>();
        for (String each : typed) {
            String name = each.strip().toUpperCase(Locale.ROOT).replace('-', '_');
            String state = SHORT.getOrDefault(name, name);
            if (!ALL.contains(state)) {
                throw wrong.apply(
                        "--status: expected queued, running, completed, failed, cancelled or"
                                + " timed_out, found '"
                                + each
                                + "'");
            }
            states.add(state);
        }
        return states;
    }
}
