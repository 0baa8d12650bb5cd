package io.heritage.media;

import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * An exact fraction: a time base in seconds, a frame rate in frames a second, a pixel's width over
 * its height.
 */
public record Rational(int numerator, int denominator) {

    public static final Rational ONE = new Rational(1, 1);

    public Rational {
        if (numerator < 1 || denominator < 1) {
            throw new IllegalArgumentException(
                    "a rate needs positive parts; found " + numerator + "/" + denominator);
        }
    }

    /** FFmpeg's value, or the alternative if FFmpeg does not know it. */
    static Rational of(AVRational value, Rational unknown) {
        return value.num() < 1 || value.den() < 1
                ? unknown
                : new Rational(value.num(), value.den());
    }

    /** Rounded to thousandths: 29.97 for 30000/1001. */
    public double rounded() {
        return Math.round(1000.0 * numerator / denominator) / 1000.0;
    }

    public Rational inverse() {
        return new Rational(denominator, numerator);
    }

    /**
     * @throws ArithmeticException if the exact result does not fit
     */
    public Rational times(int factor) {
        long top = (long) numerator * factor;
        long common = gcd(top, denominator);
        return new Rational(Math.toIntExact(top / common), (int) (denominator / common));
    }

    public double value() {
        return (double) numerator / denominator;
    }

    AVRational toNative() {
        return avutil.av_make_q(numerator, denominator);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    @Override
    public String toString() {
        return denominator == 1 ? Integer.toString(numerator) : numerator + "/" + denominator;
    }
}
