package io.heritage.processor.interpolate;

import io.heritage.media.AudioPassThrough;
import io.heritage.media.EncodedBy;
import io.heritage.media.FramePairs;
import io.heritage.media.FramePool;
import io.heritage.media.ImageLimits;
import io.heritage.media.RaisedRate;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.processor.interpolate.FrameInterpolator.FramePair;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.output.EncodeBehind;
import io.heritage.processor.output.VideoNotes;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Raises the frame rate of a video: between every two frames new ones are computed at even
 * distances, each frame of the input stays at its exact time, the last one is repeated so that the
 * video keeps its length, sound is copied. Across a scene cut nothing is blended: the nearer frame
 * is shown again. Decoding, computing and encoding go on at once, each on a thread of its own; a
 * few frames are in memory, whatever the length. Device thread only.
 */
final class RaiseFrameRate {
    /** Frames that wait for the encoder, and one that the network computes. */
    private static final int IDLE_FRAMES = 10;

    private final FrameInterpolator engine;
    private final ImageLimits limits;
    private final EncodedBy encodedBy;
    private final boolean keepUnfinished;

    RaiseFrameRate(FrameInterpolator engine, ImageLimits limits) {
        this(engine, limits, EncodedBy.CPU, false);
    }

    /**
     * @param keepUnfinished whether a video that is stopped keeps the frames that it has
     */
    RaiseFrameRate(
            FrameInterpolator engine,
            ImageLimits limits,
            EncodedBy encodedBy,
            boolean keepUnfinished) {
        this.encodedBy = encodedBy;
        this.keepUnfinished = keepUnfinished;
        this.engine = engine;
        this.limits = limits;
    }

    /**
     * @param out an mp4; appears under its name only when it is complete
     */
    VideoSummary run(Path in, Path out, RateRequest request, WorkObserver observer)
            throws IOException {
        RaisedRate rate = new RaisedRate(request.times());
        requireDifferent(in, out);
        observer.checkpoint();
        SampleDepth most =
                request.bitDepth().orElse(10) > 8 ? SampleDepth.SIXTEEN : SampleDepth.EIGHT;
        try (VideoReader reader = VideoReader.open(in, limits, most, request.deinterlace());
                NeighboursAhead frames = new NeighboursAhead(reader);
                FramePairs pairs = new FramePairs(frames);
                AudioPassThrough sound = AudioPassThrough.of(in, limits);
                VideoWriter writer = writer(reader, rate, bitDepth(reader, request), out, sound);
                EncodeBehind encoder = new EncodeBehind(writer);
                Pass pass = new Pass(rate, encoder, observer, reader)) {
            while (pairs.advance()) {
                pass.pair(pairs.earlier(), pairs.later(), frames.isCut());
            }
            pass.last(pairs.later());
            encoder.finish();
            return pass.summary(
                    reader,
                    bitDepth(reader, request),
                    writer.encoder(),
                    VideoNotes.of(reader, sound));
        }
    }

    private VideoWriter writer(
            VideoReader reader, RaisedRate rate, int bitDepth, Path out, AudioPassThrough sound)
            throws IOException {
        VideoEncoding encoding =
                rate.raise(VideoEncoding.like(reader.probe()))
                        .withBitDepth(bitDepth)
                        .withEncodedBy(encodedBy);
        VideoWriter writer = VideoWriter.open(out, encoding, sound);
        return keepUnfinished ? writer.keepUnfinished() : writer;
    }

    private static int bitDepth(VideoReader reader, RateRequest request) {
        return request.bitDepth().orElse(reader.depth() == SampleDepth.SIXTEEN ? 10 : 8);
    }

    private static void requireDifferent(Path in, Path out) throws IOException {
        if (Files.exists(out) && Files.isSameFile(in, out)) {
            throw new IOException("the video cannot be written over its input " + in);
        }
    }

    /** State of one video. */
    private final class Pass implements AutoCloseable {
        private final RaisedRate rate;
        private final EncodeBehind encoder;
        private final WorkObserver observer;
        private final VideoProbe probe;
        private final FramePool pool;
        private @Nullable FramePair pair;
        private final long framesExpected;
        private long framesWritten;
        private long sceneCuts;

        Pass(RaisedRate rate, EncodeBehind encoder, WorkObserver observer, VideoReader reader) {
            this.rate = rate;
            this.encoder = encoder;
            this.observer = observer;
            this.probe = reader.probe();
            FrameSize size = probe.uprightSize();
            this.pool = new FramePool(size.width(), size.height(), reader.depth(), IDLE_FRAMES);
            this.framesExpected = framesOf(probe) * rate.times();
        }

        /** Writes the earlier frame and the computed ones up to the later frame. */
        void pair(VideoFrame earlier, VideoFrame later, boolean cut) throws IOException {
            sceneCuts += cut ? 1 : 0;
            FramePair neighbours = neighbours(earlier, later);
            write(earlier.pixels().shared(), earlier, later, 0);
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
            return (2 * step < rate.times() ? earlier : later).pixels().shared();
        }

        private RgbFrame computed(FramePair neighbours, double t) {
            RgbFrame made = pool.borrow();
            try {
                neighbours.between(t, made, observer);
                return made;
            } catch (RuntimeException | Error e) {
                made.close();
                throw e;
            }
        }

        /** Takes ownership of the frame. */
        private void write(RgbFrame frame, VideoFrame earlier, VideoFrame later, int step)
                throws IOException {
            long pts = rate.between(earlier.pts(), later.pts(), step);
            encoder.write(frame, pts, later.pts() - earlier.pts());
            written();
        }

        void last(VideoFrame frame) throws IOException {
            for (int step = 0; step < rate.times(); step++) {
                long pts = rate.between(frame.pts(), frame.pts() + frame.duration(), step);
                encoder.write(frame.pixels().shared(), pts, frame.duration());
                written();
            }
        }

        private void written() {
            framesWritten++;
            observer.progress(
                    new WorkProgress(InterpolateImages.STAGE, framesWritten, framesExpected));
        }

        VideoSummary summary(
                VideoReader reader, int bitDepth, String encoderName, VideoNotes notes) {
            return new VideoSummary(
                    probe.uprightSize(),
                    probe.frameRate().times(rate.times()),
                    reader.framesRead(),
                    framesWritten,
                    sceneCuts,
                    bitDepth,
                    Optional.of(encoderName),
                    notes);
        }

        @Override
        public void close() {
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
