package io.heritage.models.wan.sampling;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Solvers with their tables. Those named wrapper apply the shift twice, for comparison with graphs
 * that do.
 */
public enum SolverKind {
    EULER,
    EULER_WRAPPER,
    UNIPC,
    UNIPC_WRAPPER,
    DPMPP,
    DPMPP_WRAPPER,
    DPMPP_SDE_WRAPPER;

    /**
     * @param name as {@link #toString}
     */
    public static SolverKind named(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.toString().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "solver '%s' is none of %s"
                                        .formatted(
                                                name,
                                                Arrays.stream(values())
                                                        .map(SolverKind::toString)
                                                        .collect(Collectors.joining(", ")))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
