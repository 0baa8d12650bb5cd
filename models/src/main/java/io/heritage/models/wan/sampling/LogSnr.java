package io.heritage.models.wan.sampling;

/**
 * One point of a table in the variables of the multistep solvers.
 *
 * @param alpha share of the picture
 * @param lambda {@code ln alpha - ln sigma}; infinite at either end
 */
record LogSnr(double sigma, double alpha, double lambda) {
    static LogSnr of(double sigma) {
        double alpha = 1 - sigma;
        return new LogSnr(sigma, alpha, Math.log(alpha) - Math.log(sigma));
    }
}
