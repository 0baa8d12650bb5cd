package io.heritage.processor.restore;

import io.heritage.media.Deinterlace;
import io.heritage.media.ImageLimits;
import io.heritage.media.SegmentWriter;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoReader;
import io.heritage.models.FrameSink;
import io.heritage.models.seedvr2.Restored;
import io.heritage.models.seedvr2.TemporalChunks;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.output.DecodeAhead;
import io.heritage.processor.output.ResultEncoding;
import io.heritage.processor.output.VideoNotes;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.JobPart.Segment;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Restores one segment of a divided video. Frames before it are decoded and skipped; restored
 * frames outside of the segment are dropped. Device thread only.
 */
final class SegmentRestoration {
    private static final int SKIPPED_AT_ONCE = 50;

    private final NetworkRun network;
    private final ImageLimits limits;
    private final Segment segment;

    SegmentRestoration(NetworkRun network, ImageLimits limits, Segment segment) {
        this.network = network;
        this.limits = limits;
        this.segment = segment;
    }

    /**
     * @param out for {@link SegmentWriter}
     */
    RestoreSummary run(Path in, OutputStream out) throws IOException {
        ResultEncoding.Video encoding = ResultEncoding.ofVideo(network.request().encoding());
        var deinterlace = Deinterlace.named(network.request().options().deinterlace());
        try (VideoReader reader = VideoReader.open(in, limits, encoding.depth(), deinterlace)) {
            FrameGeometry geometry = network.geometry(reader.probe().uprightSize());
            RestorePlan plan = plan(geometry);
            FrameSize size = geometry.output();
            VideoEncoding written = encoding.of(VideoEncoding.like(reader.probe()).withSize(size));
            skipTo(reader, segment.readFrom());
            var source = new Range(reader, segment.readTo() - segment.readFrom());
            try (var writer = new SegmentWriter(out, written);
                    var restored = new RestoredFrames(writer, size, encoding.depth());
                    var decoder = new DecodeAhead(source::next, plan.chunks().length());
                    var frames = new SceneFrames(decoder, reader.depth(), restored::expect)) {
                var kept = new Kept(restored, size, encoding);
                Restored result =
                        network.run(
                                network.others(),
                                geometry,
                                plan,
                                frames,
                                FrameSink.of(encoding.depth(), kept::write),
                                restored::written,
                                segment.frames());
                requireWhole(restored.written());
                restored.finish();
                return network.summary(
                        "video",
                        size,
                        new Restored(Math.toIntExact(segment.frames()), result.fallbacks()),
                        Optional.of(reader.probe().frameRate()),
                        segment.scenes(),
                        encoding.writtenBy(writer.encoder()),
                        new VideoNotes(
                                reader.timelineRepaired(), reader.deinterlaced(), List.of()));
            }
        }
    }

    private RestorePlan plan(FrameGeometry geometry) {
        var chunks = new TemporalChunks(segment.chunkLength(), segment.chunkOverlap());
        return network.plan(budget ->
                RestorePlan.segment(
                        network.leader()::fitting, geometry, chunks, network.options(), budget));
    }

    private void skipTo(VideoReader reader, long frame) {
        while (reader.framesRead() < frame) {
            network.checkpoint();
            long left = frame - reader.framesRead();
            if (reader.skip(Math.min(left, SKIPPED_AT_ONCE)) == 0) {
                throw new JobFailed(
                        "media: expected more than %d frames, found %d"
                                .formatted(frame, reader.framesRead()));
            }
        }
    }

    private void requireWhole(long written) {
        if (written != segment.frames()) {
            throw new JobFailed(
                    "media: expected frames %d to %d, found %d of them"
                            .formatted(segment.from(), segment.to(), written));
        }
    }

    /** A limited number of a video's next frames. One thread. */
    private static final class Range {
        private final VideoReader reader;
        private long left;

        Range(VideoReader reader, long frames) {
            this.reader = reader;
            this.left = frames;
        }

        @Nullable VideoFrame next() {
            return left-- > 0 ? reader.next() : null;
        }
    }

    /** Passes on the frames of the segment. One thread at a time. */
    private final class Kept {
        private final RestoredFrames restored;
        private final int frameBytes;
        private long at = segment.readFrom();

        Kept(RestoredFrames restored, FrameSize size, ResultEncoding.Video encoding) {
            this.restored = restored;
            this.frameBytes = Math.toIntExact(3 * size.pixels() * encoding.depth().bytes());
        }

        void write(ByteBuffer rgb, int frames) {
            for (int i = 0; i < frames; i++, at++) {
                if (at >= segment.from() && at < segment.to()) {
                    restored.write(rgb.slice(rgb.position() + i * frameBytes, frameBytes), 1);
                } else {
                    restored.drop();
                }
            }
        }
    }
}
