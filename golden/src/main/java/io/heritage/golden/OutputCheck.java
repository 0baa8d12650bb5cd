package io.heritage.golden;

import org.jspecify.annotations.Nullable;

/**
 * One output against its reference.
 *
 * @param worst largest absolute difference; NaN if an element is none
 * @param excess worst ratio of a difference to what is allowed, or of the share of values outside
 *     to the share that may be; more than 1 fails
 * @param problem why nothing could be compared, else null
 */
record OutputCheck(
        String output, double worst, double excess, Tolerance tolerance, @Nullable String problem) {
    boolean passed() {
        return problem == null && excess <= 1;
    }

    static OutputCheck compare(
            String output, GoldenTensor got, GoldenTensor expected, Tolerance tolerance) {
        if (!got.shape().equals(expected.shape())) {
            return incomparable(
                    output,
                    tolerance,
                    "shape is %s, expected %s".formatted(got.shape(), expected.shape()));
        }
        double worst = 0;
        double excess = 0;
        int outside = 0;
        int elements = Math.toIntExact(expected.shape().elements());
        for (int i = 0; i < elements; i++) {
            double difference = Math.abs(got.at(i) - expected.at(i));
            if (Double.isNaN(difference)) {
                return new OutputCheck(
                        output, Double.NaN, Double.POSITIVE_INFINITY, tolerance, null);
            }
            double allowed = tolerance.atol() + tolerance.rtol() * Math.abs(expected.at(i));
            worst = Math.max(worst, difference);
            outside += difference <= allowed ? 0 : 1;
            excess =
                    Math.max(
                            excess,
                            difference <= allowed
                                    ? within(difference, allowed)
                                    : Math.max(difference / allowed, Math.nextUp(1.0)));
        }
        if (tolerance.fraction() < 1) {
            excess = (double) outside / elements / (1 - tolerance.fraction());
        }
        return new OutputCheck(output, worst, excess, tolerance, null);
    }

    /** A value that is no tensor and must be equal. */
    static OutputCheck same(String output, Object got, Object expected) {
        Tolerance exact = new Tolerance(0, 0);
        return got.equals(expected)
                ? new OutputCheck(output, 0, 0, exact, null)
                : incomparable(output, exact, "is %s, expected %s".formatted(got, expected));
    }

    private static double within(double difference, double allowed) {
        return allowed == 0 ? 0 : difference / allowed;
    }

    static OutputCheck incomparable(String output, Tolerance tolerance, String problem) {
        return new OutputCheck(output, Double.NaN, Double.POSITIVE_INFINITY, tolerance, problem);
    }

    @Override
    public String toString() {
        return problem == null
                ? "%s worst %.3g (%s)".formatted(output, worst, tolerance)
                : "%s %s".formatted(output, problem);
    }
}
