package io.heritage.processor.restore;

import io.heritage.media.AlphaPlane;
import io.heritage.media.AudioPassThrough;
import io.heritage.media.DecodedImage;
import io.heritage.media.FramePool;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.PngEncoder;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.models.Work;
import io.heritage.models.seedvr2.FrameSource;
import io.heritage.models.seedvr2.Restored;
import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.frame.RgbClip;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.output.DecodeAhead;
import io.heritage.processor.output.EncodeBehind;
import io.heritage.processor.output.ResultEncoding;
import io.heritage.processor.output.VideoNotes;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Restores a file: an image into a PNG with the alpha it has, a video into an mp4 or WebM of as
 * many frames at the same times, with its sound. A video of more than 8 bit is read so where it is
 * written with 10. Decoding, computing and encoding go on at once: a chunk a device and one that is
 * decoded ahead are in memory, whatever the length. Device thread only.
 */
final class Restoration {
    private static final String IMAGE = "image";
    private static final String VIDEO = "video";

    private final SeedVr2 model;
    private final List<Replica> others;
    private final ReplicatedModel.Memory memory;
    private final ImageLimits limits;
    private final RestoreRequest request;
    private final WorkObserver observer;

    Restoration(
            ReplicatedModel model,
            ImageLimits limits,
            RestoreRequest request,
            WorkObserver observer) {
        this.model = model.leader();
        this.others = model.others();
        this.memory = model.memory();
        this.limits = limits;
        this.request = request;
        this.observer = observer;
    }

    /**
     * On the leading device alone: an image is one chunk, and its alpha is done here too.
     *
     * @param png stays open; the caller closes it
     */
    RestoreSummary image(Path in, OutputStream png) throws IOException {
        ResultEncoding encoding = ResultEncoding.ofImage(request.encoding());
        try (InputStream bytes = Files.newInputStream(in);
                DecodedImage image = new ImageDecoder(limits).decodeWithAlpha(bytes)) {
            RgbFrame frame = image.colours();
            FrameGeometry geometry = request.geometry(sizeOf(frame));
            RestorePlan plan =
                    RestorePlan.making(
                            memory,
                            budget ->
                                    RestorePlan.image(model, geometry, request.options(), budget));
            var clip = new RgbClip(geometry.input(), 1, frame.pixels());
            FrameSize size = output(geometry);
            Restored restored =
                    run(
                            List.of(),
                            geometry,
                            plan,
                            FrameSource.of(clip),
                            (rgb, _) -> encode(rgb, alpha(image, geometry, rgb), size, png),
                            work(() -> 0, 1));
            done(restored);
            return summary(IMAGE, size, restored, 1, encoding, VideoNotes.NONE);
        }
    }

    private static FrameSize sizeOf(RgbFrame frame) {
        return new FrameSize(frame.width(), frame.height());
    }

    private static FrameSize output(FrameGeometry geometry) {
        return new FrameSize(geometry.output().width(), geometry.output().height());
    }

    private Optional<AlphaPlane> alpha(DecodedImage image, FrameGeometry geometry, ByteBuffer rgb) {
        FrameSize size = output(geometry);
        return image.alpha()
                .map(plane -> model.restoredAlpha(plane.samples(), geometry, rgb))
                .map(samples -> new AlphaPlane(size.width(), size.height(), samples));
    }

    private static void encode(
            ByteBuffer rgb, Optional<AlphaPlane> alpha, FrameSize size, OutputStream png) {
        try (RgbFrame frame = RgbFrame.copyOf(size.width(), size.height(), rgb);
                var encoder = new PngEncoder()) {
            if (alpha.isPresent()) {
                encoder.encode(frame, alpha.get(), png);
            } else {
                encoder.encode(frame, png);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a video goes. */
    interface Target {
        VideoWriter open(VideoEncoding encoding, AudioPassThrough sound) throws IOException;
    }

    RestoreSummary video(Path in, Target target) throws IOException {
        observer.checkpoint();
        ResultEncoding.Video encoding = ResultEncoding.ofVideo(request.encoding());
        try (VideoReader reader = VideoReader.open(in, limits, encoding.depth(), request.deinterlace())) {
            VideoProbe probe = reader.probe();
            FrameGeometry geometry = request.geometry(probe.uprightSize());
            long frames = probe.declaredFrames().orElse(0L);
            RestorePlan plan =
                    RestorePlan.making(
                            memory,
                            budget ->
                                    RestorePlan.video(
                                            model,
                                            geometry,
                                            bits(reader.depth()),
                                            frames,
                                            request.options(),
                                            budget));
            FrameSize size = output(geometry);
            requireEven(size);
            VideoEncoding written = encoding.of(VideoEncoding.like(probe).withSize(size));
            int ahead = plan.chunks().length();
            try (AudioPassThrough sound = AudioPassThrough.of(in, limits, written.format());
                    VideoWriter writer = target.open(written, sound);
                    Pass pass = new Pass(reader, ahead, writer, size, encoding.depth())) {
                Restored restored =
                        run(
                                others,
                                geometry,
                                plan,
                                pass.frames(),
                                io.heritage.models.seedvr2.FrameSink.of(
                                        bits(encoding.depth()), pass::write),
                                work(pass::written, frames));
                pass.finish();
                done(restored);
                return summary(
                        VIDEO,
                        size,
                        restored,
                        pass.frames().scenes(),
                        encoding,
                        VideoNotes.of(reader, sound));
            }
        }
    }

    /** The encoder would add a column or a row: 4:2:0 samples colour for two at a time. */
    private static void requireEven(FrameSize size) {
        if (size.width() % 2 != 0 || size.height() % 2 != 0) {
            throw new JobFailed(
                    "fit exact: a video has even sides, found res_h %d and res_w %d"
                            .formatted(size.height(), size.width()));
        }
    }

    private static SampleDepth bits(SampleDepth depth) {
        return switch (depth) {
            case EIGHT -> SampleDepth.EIGHT;
            case SIXTEEN -> SampleDepth.SIXTEEN;
        };
    }

    private Restored run(
            List<Replica> sharing,
            FrameGeometry geometry,
            RestorePlan plan,
            FrameSource source,
            io.heritage.models.seedvr2.FrameSink sink,
            Work work)
            throws IOException {
        try {
            return model.restore(
                    sharing, source, geometry, plan.chunks(), plan.options(), sink, work);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Frames that are done, for the observer. */
    private interface Count {
        long frames();
    }

    private Work work(Count done, long total) {
        return watching(observer, stage -> new WorkProgress(stage, done.frames(), total));
    }

    /** Tells the observer of each block and lets it stop the work there. */
    static Work watching(
            WorkObserver observer, java.util.function.Function<String, WorkProgress> progress) {
        return new Work(
                () -> {
                    observer.checkpoint();
                    return false;
                },
                (stage, _, _) ->
                        observer.progress(progress.apply(stage.name().toLowerCase(Locale.ROOT))));
    }

    /** The last frames are written after the last block; how many there are is certain now. */
    private void done(Restored restored) {
        String last = Work.Stage.DECODE.name().toLowerCase(Locale.ROOT);
        observer.progress(new WorkProgress(last, restored.frames(), restored.frames()));
    }

    private RestoreSummary summary(
            String mediaType,
            FrameSize size,
            Restored restored,
            int scenes,
            ResultEncoding encoding,
            VideoNotes notes) {
        return new RestoreSummary(
                mediaType,
                size,
                restored.frames(),
                scenes,
                model.precision().id(),
                model.tiny(),
                restored.fallbacks(),
                encoding,
                notes);
    }

    /**
     * One video on its way through. Read by one device at a time, and written by one; close only
     * when all are done.
     */
    private static final class Pass implements AutoCloseable {
        private static final int IDLE_FRAMES = 10;

        private record Shown(long pts, long duration) {}

        private final DecodeAhead decoder;
        private final SceneFrames frames;
        private final EncodeBehind encoder;
        private final FramePool pool;
        private final Queue<Shown> times = new ConcurrentLinkedQueue<>();
        private final AtomicLong written = new AtomicLong();

        /**
         * @param ahead frames that are decoded while devices compute
         */
        Pass(VideoReader reader, int ahead, VideoWriter writer, FrameSize size, SampleDepth depth) {
            this.decoder = new DecodeAhead(reader, ahead);
            this.frames = new SceneFrames(decoder, bits(reader.depth()), this::given);
            this.encoder = new EncodeBehind(writer);
            this.pool = new FramePool(size.width(), size.height(), depth, IDLE_FRAMES);
        }

        private void given(VideoFrame frame) {
            times.add(new Shown(frame.pts(), frame.duration()));
        }

        SceneFrames frames() {
            return frames;
        }

        void write(ByteBuffer rgb, int frames) {
            for (int i = 0; i < frames; i++) {
                RgbFrame frame = pool.borrow();
                frame.pixels().put(rgb.slice(rgb.position() + i * frame.bytes(), frame.bytes()));
                Shown shown = times.remove();
                try {
                    encoder.write(frame, shown.pts(), shown.duration());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                written.incrementAndGet();
            }
        }

        long written() {
            return written.get();
        }

        void finish() throws IOException {
            encoder.finish();
        }

        @Override
        public void close() {
            frames.close();
            decoder.close();
            encoder.close();
            pool.close();
        }
    }
}
