package io.heritage.standalone.compare;

import io.heritage.media.RgbFrame;
import java.nio.ByteBuffer;

/**
 * Similarity of a frame to another of the same size.
 *
 * @param meanSquare of the differences of all samples, 0 to 255²; 0 if they are equal
 * @param ssim of the luma, the mean over windows of 8x8 at every fourth pixel, 1 if they are equal
 *     (Wang et al. 2004, "Image quality assessment", equation 13, with flat windows)
 */
record FrameQuality(double meanSquare, double ssim) {
    private static final int WINDOW = 8;
    private static final int STEP = 4;
    private static final double C1 = Math.pow(0.01 * 255, 2);
    private static final double C2 = Math.pow(0.03 * 255, 2);

    static FrameQuality of(RgbFrame one, RgbFrame other) {
        ByteBuffer a = one.pixels();
        ByteBuffer b = other.pixels();
        double squares = 0;
        for (int i = 0; i < one.bytes(); i++) {
            int difference = (a.get(i) & 0xff) - (b.get(i) & 0xff);
            squares += difference * difference;
        }
        return new FrameQuality(
                squares / one.bytes(), ssim(luma(one), luma(other), one.width(), one.height()));
    }

    /** In dB; infinite for 0. */
    static double psnr(double meanSquare) {
        return meanSquare == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(255 * 255 / meanSquare);
    }

    private static float[] luma(RgbFrame frame) {
        ByteBuffer rgb = frame.pixels();
        float[] luma = new float[frame.width() * frame.height()];
        for (int i = 0; i < luma.length; i++) {
            luma[i] =
                    0.299f * (rgb.get(3 * i) & 0xff)
                            + 0.587f * (rgb.get(3 * i + 1) & 0xff)
                            + 0.114f * (rgb.get(3 * i + 2) & 0xff);
        }
        return luma;
    }

    private static double ssim(float[] a, float[] b, int width, int height) {
        int side = Math.min(WINDOW, Math.min(width, height));
        double sum = 0;
        int windows = 0;
        for (int y = 0; y + side <= height; y += STEP) {
            for (int x = 0; x + side <= width; x += STEP) {
                sum += window(a, b, y * width + x, width, side);
                windows++;
            }
        }
        return sum / windows;
    }

    private static double window(float[] a, float[] b, int corner, int width, int side) {
        double sumA = 0;
        double sumB = 0;
        double squaresA = 0;
        double squaresB = 0;
        double products = 0;
        for (int y = 0; y < side; y++) {
            for (int i = corner + y * width; i < corner + y * width + side; i++) {
                sumA += a[i];
                sumB += b[i];
                squaresA += a[i] * a[i];
                squaresB += b[i] * b[i];
                products += a[i] * b[i];
            }
        }
        double n = side * side;
        double meanA = sumA / n;
        double meanB = sumB / n;
        double varianceA = squaresA / n - meanA * meanA;
        double varianceB = squaresB / n - meanB * meanB;
        double covariance = products / n - meanA * meanB;
        return (2 * meanA * meanB + C1)
                * (2 * covariance + C2)
                / ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2));
    }
}
