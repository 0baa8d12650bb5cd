package io.heritage.processor.restore;

import io.heritage.media.Deinterlace;
import io.heritage.media.ImageLimits;
import io.heritage.media.SceneCut;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoReader;
import io.heritage.models.seedvr2.TemporalChunks;
import io.heritage.models.seedvr2.TemporalChunks.FrameRange;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.output.DecodeAhead;
import io.heritage.processor.output.ResultEncoding;
import io.heritage.schemas.Division;
import io.heritage.schemas.JobPart.Segment;
import io.heritage.schemas.RestoreRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Divides a video into segments for several workers: at scene cuts if there are any, else between
 * two chunks, so that the frames are those of one worker with the same chunks. The result depends
 * only on the video and the request, not on the machine. The whole video is decoded for it, which
 * takes little time compared with restoring it.
 */
final class VideoDivision {
    private static final int AHEAD = 16;

    /** A segment may be shorter by a quarter to end at a scene cut. */
    private static final double LEAST_SHARE = 0.75;

    private final TemporalChunks chunks;
    private final NavigableSet<Long> scenes = new TreeSet<>();
    private final NavigableSet<Long> borders = new TreeSet<>();
    private final long frames;

    /**
     * @param scenes first frames of the scenes, in order
     * @param frames of the whole video
     */
    VideoDivision(TemporalChunks chunks, List<Long> scenes, long frames) {
        this.chunks = chunks;
        this.frames = frames;
        this.scenes.addAll(scenes);
        for (long scene : scenes) {
            long end = Optional.ofNullable(this.scenes.higher(scene)).orElse(frames);
            for (FrameRange chunk : chunks.of(Math.toIntExact(end - scene))) {
                borders.add(scene + chunk.from());
            }
        }
    }

    /**
     * Empty if the video is too short to be divided.
     *
     * @throws io.heritage.processor.job.JobFailed if it cannot be restored as asked
     */
    static Optional<Division> of(
            Path in, RestoreRequest request, ImageLimits limits, WorkObserver observer)
            throws IOException {
        ResultEncoding.Video encoding = ResultEncoding.ofVideo(request.encoding());
        var deinterlace = Deinterlace.named(request.options().deinterlace());
        try (VideoReader reader = VideoReader.open(in, limits, encoding.depth(), deinterlace)) {
            FrameGeometry geometry = NetworkRun.geometry(request, reader.probe().uprightSize());
            VideoRestoration.requireEven(geometry.output());
            var chunks = RestorePlan.segmentChunks(geometry, reader.depth());
            long expected = reader.probe().declaredFrames().orElse(0L);
            var starts = new ArrayList<>(List.of(0L));
            long frames = scan(reader, starts, expected, observer);
            return new VideoDivision(chunks, starts, frames).into(request.splitFrames());
        }
    }

    private static long scan(
            VideoReader reader, List<Long> starts, long expected, WorkObserver observer)
            throws IOException {
        var cut = new SceneCut();
        long count = 0;
        try (var decoder = new DecodeAhead(reader, AHEAD)) {
            VideoFrame last = decoder.next();
            while (last != null) {
                count++;
                observer.checkpoint();
                observer.progress(new WorkProgress("divide", 0, count, expected));
                try (VideoFrame earlier = last) {
                    last = decoder.next();
                    if (last != null && cut.isCut(earlier.pixels(), last.pixels())) {
                        starts.add(count);
                    }
                }
            }
        }
        return count;
    }

    /**
     * @param asked frames of a segment, about
     */
    Optional<Division> into(int asked) {
        long least = (long) Math.ceil(frames / LEAST_SHARE / Division.MOST_SEGMENTS);
        long target = Math.max(asked, least);
        var starts = new ArrayList<>(List.of(0L));
        for (long border : borders) {
            long length = border - starts.getLast();
            boolean isLong = length >= target;
            boolean atCut = scenes.contains(border) && length >= target * LEAST_SHARE;
            if ((isLong || atCut) && frames - border >= target * LEAST_SHARE) {
                starts.add(border);
            }
        }
        if (starts.size() < 2) {
            return Optional.empty();
        }
        var segments = new ArrayList<Segment>();
        for (int i = 0; i < starts.size(); i++) {
            segments.add(
                    segment(starts.get(i), i + 1 < starts.size() ? starts.get(i + 1) : frames));
        }
        return Optional.of(new Division(segments));
    }

    /** Within a scene the previous chunk is restored too, for the cross-fade. */
    private Segment segment(long from, long to) {
        Long before = borders.lower(from);
        boolean beginsScene = before == null || scenes.contains(from);
        boolean endsScene = to == frames || scenes.contains(to);
        return new Segment(
                from,
                to,
                beginsScene ? from : before,
                endsScene ? to : to + chunks.overlap(),
                chunks.length(),
                chunks.overlap(),
                scenes.subSet(from, to).size());
    }
}
