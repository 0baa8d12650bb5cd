package io.heritage.standalone.compare;

import io.heritage.media.CropBox;
import io.heritage.media.ImageResampler;
import io.heritage.media.MediaRejected;
import io.heritage.media.PngEncoder;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFormat;
import io.heritage.media.VideoWriter;
import io.heritage.schemas.FrameSize;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Compares two files, each a picture or a video. The frames of the second are resized to those of
 * the larger one, as are those of the first.
 *
 * @param onePicture whether the first file is a picture
 * @param sideBySide whether the result shows both completely, instead of a part of each
 */
public record Comparison(
        Path one, boolean onePicture, Path other, boolean otherPicture, boolean sideBySide) {
    private static final Rational USUAL_RATE = new Rational(24, 1);

    /** Receives the progress. */
    public interface Frames {
        void report(String stage, long done, long total);
    }

    /**
     * Result of a comparison.
     *
     * @param frames that were compared
     * @param psnr in dB over all samples of all frames; infinite if no sample differs
     * @param ssim the mean, 1 if no sample differs
     * @param worst frame by SSIM, from 0
     * @param differences in words; none: every frame is equal, and there are as many
     */
    public record Result(
            FrameSize size,
            long frames,
            double psnr,
            double ssim,
            long worst,
            List<String> differences) {
        public boolean equal() {
            return differences.isEmpty();
        }
    }

    /**
     * Compares one frame of both.
     *
     * @param number from 0; empty: the first, and a video with more is not equal to a picture
     * @param out a PNG; null for none
     * @throws InterruptedException if the thread was interrupted
     */
    public Result still(OptionalInt number, @Nullable Path out)
            throws IOException, InterruptedException {
        int at = number.orElse(0);
        try (MediaFrames left = MediaFrames.open(one, onePicture);
                MediaFrames right = MediaFrames.open(other, otherPicture);
                RgbFrame a = left.frame(onePicture ? 0 : at);
                RgbFrame b = right.frame(otherPicture ? 0 : at)) {
            FrameSize size = larger(a, b);
            var differences = new Differences();
            FrameQuality quality = still(a, b, size, out);
            differences.frame(a, b, quality.meanSquare());
            if (onePicture && otherPicture) {
                differences.alpha(MediaFrames.alpha(one), MediaFrames.alpha(other));
            } else if (number.isEmpty()) {
                addEnds(left, right, differences);
            }
            return new Result(
                    size,
                    1,
                    FrameQuality.psnr(quality.meanSquare()),
                    quality.ssim(),
                    at,
                    differences.list());
        }
    }

    private FrameQuality still(RgbFrame a, RgbFrame b, FrameSize size, @Nullable Path out)
            throws IOException {
        try (RgbFrame first = resized(a, size);
                RgbFrame second = resized(b, size)) {
            if (out != null) {
                write(first, second, out);
            }
            return FrameQuality.of(first, second);
        }
    }

    private static void addEnds(MediaFrames left, MediaFrames right, Differences differences)
            throws IOException {
        try (RgbFrame a = left.next();
                RgbFrame b = right.next()) {
            differences.ends(1, a == null, b == null);
        }
    }

    private void write(RgbFrame first, RgbFrame second, Path out) throws IOException {
        try (RgbFrame both = split(first, second, 0);
                var encoder = new PngEncoder();
                OutputStream png = new BufferedOutputStream(Files.newOutputStream(out))) {
            encoder.encode(both, png);
        }
    }

    private RgbFrame split(RgbFrame first, RgbFrame second, long number) {
        return sideBySide
                ? SplitPicture.sideBySide(first, second)
                : SplitPicture.wipe(first, second, SplitPicture.share(number));
    }

    private static FrameSize larger(RgbFrame a, RgbFrame b) {
        RgbFrame chosen = (long) b.width() * b.height() > (long) a.width() * a.height() ? b : a;
        return new FrameSize(chosen.width(), chosen.height());
    }

    private static RgbFrame resized(RgbFrame frame, FrameSize size) {
        if (frame.width() == size.width() && frame.height() == size.height()) {
            return frame.shared();
        }
        var whole = new CropBox(0, 0, frame.width(), frame.height());
        return new ImageResampler().resize(frame, whole, size);
    }

    /**
     * Compares all frames that both have.
     *
     * @param out a video; null for none
     * @throws InterruptedException if the thread was interrupted
     */
    public Result video(@Nullable Path out, VideoFormat format, Frames progress)
            throws IOException, InterruptedException {
        try (MediaFrames left = MediaFrames.open(one, onePicture);
                MediaFrames right = MediaFrames.open(other, otherPicture);
                var run = new Run(out, format, left.frameRate().orElse(USUAL_RATE))) {
            while (addNext(left, right, run)) {
                progress.report("compare", run.frames, 0);
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped");
                }
            }
            return run.result();
        }
    }

    /** Returns whether both had another frame. */
    private static boolean addNext(MediaFrames left, MediaFrames right, Run run)
            throws IOException {
        try (RgbFrame a = left.next();
                RgbFrame b = right.next()) {
            if (a == null || b == null) {
                run.differences.ends(run.frames, a == null, b == null);
                return false;
            }
            run.differences.times(left.seconds(), right.seconds());
            run.add(a, b);
            return true;
        }
    }

    /** Running totals of two videos. */
    private final class Run implements AutoCloseable {
        private final @Nullable Path out;
        private final VideoFormat format;
        private final Rational rate;
        private @Nullable VideoWriter writer;
        private FrameSize size = new FrameSize(1, 1);
        private long frames;
        private final Differences differences = new Differences();
        private double squares;
        private double ssim;
        private double lowest = Double.POSITIVE_INFINITY;
        private long worst;

        Run(@Nullable Path out, VideoFormat format, Rational rate) {
            this.out = out;
            this.format = format;
            this.rate = rate;
        }

        void add(RgbFrame a, RgbFrame b) throws IOException {
            if (frames == 0) {
                size = larger(a, b);
            }
            try (RgbFrame first = resized(a, size);
                    RgbFrame second = resized(b, size)) {
                FrameQuality quality = FrameQuality.of(first, second);
                squares += quality.meanSquare();
                differences.frame(a, b, quality.meanSquare());
                ssim += quality.ssim();
                if (quality.ssim() < lowest) {
                    lowest = quality.ssim();
                    worst = frames;
                }
                write(first, second);
            }
            frames++;
        }

        private void write(RgbFrame first, RgbFrame second) throws IOException {
            if (out == null) {
                return;
            }
            try (RgbFrame both = split(first, second, frames)) {
                if (writer == null) {
                    FrameSize whole = new FrameSize(both.width(), both.height());
                    writer =
                            VideoWriter.open(
                                    out, VideoEncoding.of(whole, rate).withFormat(format), null);
                }
                writer.write(both, frames, 1);
            }
        }

        Result result() throws IOException {
            if (frames == 0) {
                throw new MediaRejected("%s or %s has no frame".formatted(one, other));
            }
            if (writer != null) {
                writer.finish();
            }
            return new Result(
                    size,
                    frames,
                    FrameQuality.psnr(squares / frames),
                    ssim / frames,
                    worst,
                    differences.list());
        }

        @Override
        public void close() throws IOException {
            if (writer != null) {
                writer.close();
            }
        }
    }
}
