package io.heritage.benchmarks;

import io.heritage.models.Cancellation;
import io.heritage.models.rife.Rife;
import io.heritage.models.rife.RifeFlops;
import io.heritage.models.rife.RifeOptions;
import io.heritage.models.rife.RifePair;
import io.heritage.models.rife.RifeStage;
import io.heritage.models.rife.RifeWeights;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * RIFE 4.7 on the CPU: frames a second, time and rate of every stage. The reference is the rate
 * that oneDNN reaches for the largest convolution alone. Takes the best of several runs, because
 * other load can only slow a run down. Operations are counted from shapes. {@code
 * rife/eager_rife.py} measures the same network in eager PyTorch.
 *
 * <p>Arguments: runs (10).
 */
public final class RifeBenchmark {
    private record PairSize(int width, int height) {}

    private static final List<PairSize> SIZES =
            List.of(new PairSize(640, 384), new PairSize(1280, 720));

    private final int runs;

    private RifeBenchmark(int runs) {
        this.runs = runs;
    }

    public static void main(String[] arguments) {
        var benchmark =
                new RifeBenchmark(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10);
        var threadCounts = new TreeSet<>(List.of(1, Runtime.getRuntime().availableProcessors()));
        for (int threads : threadCounts) {
            try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu(threads))) {
                SIZES.forEach(size -> benchmark.measure(runtime, size));
            }
        }
    }

    private void measure(TorchRuntime runtime, PairSize size) {
        ByteBuffer exact = measure(runtime, size, Precision.FP32);
        if (Precision.BF16.isNativeOn(runtime.device())) {
            ByteBuffer rounded = measure(runtime, size, Precision.BF16);
            System.out.printf("  bf16 against fp32: PSNR %.1f dB%n", psnr(exact, rounded));
        }
    }

    /** Prints one line for the frame and one a stage; returns the frame. */
    private ByteBuffer measure(TorchRuntime runtime, PairSize size, Precision precision) {
        Map<RifeStage, Long> best = new EnumMap<>(RifeStage.class);
        ByteBuffer frame = ByteBuffer.allocateDirect(3 * size.width * size.height);
        long bestFrame = Long.MAX_VALUE;
        double limit = 0;
        try (RifeWeights weights = RifeWeights.embedded();
                Rife rife = Rife.load(runtime, weights, new RifeOptions(precision));
                RifePair pair =
                        rife.pair(
                                picture(size, 0),
                                picture(size, 6),
                                size.width,
                                size.height,
                                (stage, nanos) -> best.merge(stage, nanos, Math::min))) {
            for (int run = 0; run < runs; run++) {
                long start = System.nanoTime();
                pair.at(0.5, frame.clear(), Cancellation.NEVER);
                bestFrame = Math.min(bestFrame, System.nanoTime() - start);
                limit = Math.max(limit, rife.largestConvolutionFlops(size.width, size.height));
            }
        }
        print(runtime, size, precision, bestFrame, limit, best);
        return frame.flip();
    }

    private static void print(
            TorchRuntime runtime,
            PairSize size,
            Precision precision,
            long nanos,
            double limit,
            Map<RifeStage, Long> stages) {
        RifeFlops work = RifeFlops.of(size.width, size.height);
        double rate = work.perFrame() / (double) nanos;
        System.out.printf(
                "%dx%d %s, threads %d: %.2f frames/s, %.1f ms, %.0f GFLOP/s; largest convolution alone %.0f GFLOP/s, ratio %.2f%n",
                size.width,
                size.height,
                precision,
                runtime.options().threads(),
                1e9 / nanos,
                nanos / 1e6,
                rate,
                limit / 1e9,
                rate / (limit / 1e9));
        stages.forEach((stage, time) ->
                System.out.printf(
                        "  %-8s %7.1f ms %5.0f GFLOP/s%n",
                        stage, time / 1e6, work.flops().getOrDefault(stage, 0L) / (double) time));
    }

    /** Waves of several lengths, moved to the right by this number of pixels. */
    private static ByteBuffer picture(PairSize size, int moved) {
        ByteBuffer rgb = ByteBuffer.allocateDirect(3 * size.width * size.height);
        for (int y = 0; y < size.height; y++) {
            for (int x = 0; x < size.width; x++) {
                double at = x - moved;
                double wave = Math.sin(at * 0.05 + y * 0.02) + 0.5 * Math.sin(at * 0.31 - y * 0.17);
                for (int channel = 0; channel < 3; channel++) {
                    rgb.put((byte) Math.round(128 + 40 * (wave + Math.sin(at * 0.11 + channel))));
                }
            }
        }
        return rgb.flip();
    }

    private static double psnr(ByteBuffer a, ByteBuffer b) {
        double squares = 0;
        for (int i = 0; i < a.remaining(); i++) {
            double difference = Byte.toUnsignedInt(a.get(i)) - Byte.toUnsignedInt(b.get(i));
            squares += difference * difference;
        }
        return 10 * Math.log10(255 * 255 / (squares / a.remaining()));
    }
}
