package io.heritage.golden;

/**
 * A value passes when it differs by at most {@code atol + rtol * |expected|}.
 *
 * @param fraction of the values that must pass, 1 where nothing else is said
 */
record Tolerance(double atol, double rtol, double fraction) {
    Tolerance(double atol, double rtol) {
        this(atol, rtol, 1);
    }

    boolean allows(double got, double expected) {
        return Math.abs(got - expected) <= atol + rtol * Math.abs(expected);
    }

    @Override
    public String toString() {
        return fraction == 1
                ? "atol %.3g, rtol %.3g".formatted(atol, rtol)
                : "atol %.3g, rtol %.3g for %.4g of the values".formatted(atol, rtol, fraction);
    }
}
