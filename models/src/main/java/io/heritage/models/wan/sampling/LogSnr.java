package io.heritage.models.wan.sampling;

/**
 * One point of a table as the multistep solvers see it.
 *
 * @param alpha how much of the picture is there
 * @param lambda {@code ln alpha - ln sigma}; infinite at either end
 */
record LogSnr(double sigma, double alpha, double lambda) {
    static LogSnr of(double sigma) {
        double alpha = 1 - sigma;
        return new LogSnr(sigma, alpha, Math.log(alpha) - Math.log(sigma));
    }
}
