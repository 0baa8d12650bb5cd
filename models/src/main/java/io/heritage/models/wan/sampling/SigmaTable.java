package io.heritage.models.wan.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Noise level before each step and after the last; docs/spec/wan22.md, section 8.1.
 *
 * @param sigmas 1 to 0, one more than steps; rounded to float32
 * @param timesteps given to the experts, 1000 to 0, one per step
 */
public record SigmaTable(List<Double> sigmas, List<Double> timesteps) {
    private static final double TIMES = 1000;
    private static final double SMALLEST = 0.001;
    private static final double LARGEST = 0.999;

    public SigmaTable {
        sigmas = List.copyOf(sigmas);
        timesteps = List.copyOf(timesteps);
        if (timesteps.isEmpty() || sigmas.size() != timesteps.size() + 1) {
            throw new IllegalArgumentException(
                    "%d sigmas for %d timesteps; expected at least one timestep, and one sigma more"
                            .formatted(sigmas.size(), timesteps.size()));
        }
    }

    /**
     * @param shift above 0; more than 1 keeps the noise longer
     */
    public static SigmaTable of(SolverKind kind, int steps, double shift) {
        if (steps < 1 || !(shift > 0)) {
            throw new IllegalArgumentException(
                    "%d steps must be at least 1, shift %s above 0".formatted(steps, shift));
        }
        IntToDoubleFunction falling = i -> 1 - (double) i / steps;
        return switch (kind) {
            case EULER -> table(steps, i -> shifted(falling.applyAsDouble(i), shift), false);
            case EULER_WRAPPER -> table(steps, i -> twiceShifted(i, steps, shift), false);
            case UNIPC ->
                    table(steps, i -> shifted(LARGEST * falling.applyAsDouble(i), shift), true);
            case DPMPP -> table(steps, i -> shifted(falling.applyAsDouble(i), shift), true);
            case UNIPC_WRAPPER, DPMPP_WRAPPER, DPMPP_SDE_WRAPPER -> {
                double first = shifted(LARGEST, shift);
                yield table(steps, i -> shifted(first * falling.applyAsDouble(i), shift), true);
            }
        };
    }

    private static double shifted(double u, double shift) {
        return shift * u / (1 + (shift - 1) * u);
    }

    private static double twiceShifted(int i, int steps, double shift) {
        double last = shifted(SMALLEST, shift);
        double u = steps == 1 ? 1 : 1 + (last - 1) * i / (steps - 1);
        return shifted(u, shift);
    }

    private static SigmaTable table(int steps, IntToDoubleFunction sigma, boolean whole) {
        List<Double> sigmas = new ArrayList<>();
        List<Double> timesteps = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            double exact = sigma.applyAsDouble(i);
            sigmas.add((double) (float) exact);
            timesteps.add(whole ? Math.floor(TIMES * exact) : (double) (float) (TIMES * exact));
        }
        sigmas.add(0.0);
        return new SigmaTable(sigmas, timesteps);
    }

    public int steps() {
        return timesteps.size();
    }

    double sigma(int step) {
        return sigmas.get(step);
    }

    public double timestep(int step) {
        return timesteps.get(step);
    }

    /** A sub-table from one step, inclusive, to another, exclusive. */
    SigmaTable part(int from, int to) {
        return new SigmaTable(sigmas.subList(from, to + 1), timesteps.subList(from, to));
    }

    /** Number of steps before the first with a smaller timestep. */
    int stepsFrom(double timestep) {
        return (int) IntStream.range(0, steps()).takeWhile(i -> timestep(i) >= timestep).count();
    }
}
