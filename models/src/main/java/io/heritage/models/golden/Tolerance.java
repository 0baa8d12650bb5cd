package io.heritage.models.golden;

/** A value passes when it differs by at most {@code atol + rtol * |expected|}. */
public record Tolerance(double atol, double rtol) {
    boolean allows(double got, double expected) {
        return Math.abs(got - expected) <= atol + rtol * Math.abs(expected);
    }

    @Override
    public String toString() {
        return "atol %.3g, rtol %.3g".formatted(atol, rtol);
    }
}
