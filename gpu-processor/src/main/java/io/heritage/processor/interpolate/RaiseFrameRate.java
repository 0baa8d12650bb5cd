package io.heritage.processor.interpolate;

import io.heritage.media.AudioPassThrough;
import io.heritage.media.FramePairs;
import io.heritage.media.FramePool;
import io.heritage.media.ImageLimits;
import io.heritage.media.RaisedRate;
import io.heritage.media.RgbFrame;
import io.heritage.media.SceneCut;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.processor.interpolate.FrameInterpolator.FramePair;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Raises the frame rate of a video: between every two frames new ones are computed at even
 * distances, each frame of the input stays at its exact time, the last one is repeated so that the
 * video keeps its length, sound is copied. Across a scene cut nothing is blended: the nearer frame
 * is shown again. A few frames are in memory, whatever the length. Device thread only.
 */
final class RaiseFrameRate {
    private final FrameInterpolator engine;
    private final ImageLimits limits;

    RaiseFrameRate(FrameInterpolator engine, ImageLimits limits) {
        this.engine = engine;
        this.limits = limits;
    }

    /**
     * @param out an mp4; appears under its name only when it is complete
     * @param times 2, 4 or 8
     */
    VideoSummary run(Path in, Path out, int times, WorkObserver observer) throws IOException {
        RaisedRate rate = new RaisedRate(times);
        requireDifferent(in, out);
        observer.checkpoint();
        try (VideoReader reader = VideoReader.open(in, limits);
                FramePairs pairs = new FramePairs(reader);
                AudioPassThrough sound = AudioPassThrough.of(in, limits);
                VideoWriter writer =
                        VideoWriter.open(
                                out, rate.raise(VideoEncoding.like(reader.probe())), sound);
                Pass pass = new Pass(rate, writer, observer, reader.probe())) {
            while (pairs.advance()) {
                pass.pair(pairs.earlier(), pairs.later());
            }
            pass.last(pairs.later());
            writer.finish();
            return pass.summary(reader);
        }
    }

    private static void requireDifferent(Path in, Path out) throws IOException {
        if (Files.exists(out) && Files.isSameFile(in, out)) {
            throw new IOException("the video cannot be written over its input " + in);
        }
    }

    /** One video on its way through. */
    private final class Pass implements AutoCloseable {
        private final RaisedRate rate;
        private final VideoWriter writer;
        private final WorkObserver observer;
        private final VideoProbe probe;
        private final SceneCut sceneCut = new SceneCut();
        private final FramePool pool;
        private final RgbFrame made;
        private @Nullable FramePair pair;
        private final long framesExpected;
        private long framesWritten;
        private long sceneCuts;

        Pass(RaisedRate rate, VideoWriter writer, WorkObserver observer, VideoProbe probe) {
            this.rate = rate;
            this.writer = writer;
            this.observer = observer;
            this.probe = probe;
            FrameSize size = probe.uprightSize();
            this.pool = new FramePool(size.width(), size.height(), 1);
            this.made = pool.borrow();
            this.framesExpected = framesOf(probe) * rate.times();
        }

        /** Writes the earlier frame and those between it and the later one. */
        void pair(VideoFrame earlier, VideoFrame later) throws IOException {
            boolean cut = sceneCut.isCut(earlier.pixels(), later.pixels());
            sceneCuts += cut ? 1 : 0;
            FramePair neighbours = neighbours(earlier, later);
            write(earlier.pixels(), earlier, later, 0);
            for (int step = 1; step < rate.times(); step++) {
                observer.checkpoint();
                RgbFrame frame =
                        cut
                                ? nearer(earlier, later, step)
                                : computed(neighbours, rate.position(step));
                write(frame, earlier, later, step);
            }
        }

        /** From the second pair on, the earlier frame is on the device already. */
        private FramePair neighbours(VideoFrame earlier, VideoFrame later) {
            FramePair now = pair;
            if (now == null) {
                now = engine.pair(earlier.pixels(), later.pixels());
                pair = now;
            } else {
                now.next(later.pixels());
            }
            return now;
        }

        private RgbFrame nearer(VideoFrame earlier, VideoFrame later, int step) {
            return 2 * step < rate.times() ? earlier.pixels() : later.pixels();
        }

        private RgbFrame computed(FramePair neighbours, double t) {
            neighbours.between(t, made, observer);
            return made;
        }

        private void write(RgbFrame frame, VideoFrame earlier, VideoFrame later, int step)
                throws IOException {
            long pts = rate.between(earlier.pts(), later.pts(), step);
            writer.write(frame, pts, later.pts() - earlier.pts());
            written();
        }

        void last(VideoFrame frame) throws IOException {
            for (int step = 0; step < rate.times(); step++) {
                long pts = rate.between(frame.pts(), frame.pts() + frame.duration(), step);
                writer.write(frame.pixels(), pts, frame.duration());
                written();
            }
        }

        private void written() {
            framesWritten++;
            observer.progress(
                    new WorkProgress(InterpolateImages.STAGE, framesWritten, framesExpected));
        }

        VideoSummary summary(VideoReader reader) {
            return new VideoSummary(
                    probe.uprightSize(),
                    probe.frameRate().times(rate.times()),
                    reader.framesRead(),
                    framesWritten,
                    sceneCuts);
        }

        @Override
        public void close() {
            made.close();
            pool.close();
            if (pair != null) {
                pair.close();
            }
        }
    }

    /** The number that the container states, else computed from its duration; 0 if unknown. */
    private static long framesOf(VideoProbe probe) {
        Duration length = probe.duration().orElse(Duration.ZERO);
        return probe.declaredFrames()
                .orElseGet(
                        () -> Math.round(length.toMillis() / 1000.0 * probe.frameRate().value()));
    }
}
