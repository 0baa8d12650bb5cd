package io.heritage.processor.restore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.AudioPassThrough;
import io.heritage.media.ImageLimits;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.output.ResultEncoding;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.Payload;
import io.heritage.schemas.RestoreRequest;
import io.heritage.transport.media.MediaLost;
import io.heritage.transport.media.MediaStore;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes one video of restored segments, without encoding anything again, and adds the sound of the
 * input. No device is used.
 */
final class SegmentJoin {
    private final RestoreRequest request;
    private final ImageLimits limits;
    private final List<Payload> segments;

    SegmentJoin(RestoreRequest request, ImageLimits limits, JobPart.Join join) {
        this.request = request;
        this.limits = limits;
        this.segments = join.segments();
    }

    /**
     * @param in the input of the whole job
     * @return the fields of the answer; the media in it is the first
     */
    ObjectNode run(Path in, MediaStore results, OutputStream out, WorkObserver observer)
            throws IOException {
        VideoEncoding encoding = encodingOf(in);
        try (AudioPassThrough sound = AudioPassThrough.of(in, limits, encoding.format());
                VideoWriter writer = VideoWriter.open(out, encoding, sound)) {
            long frames = 0;
            for (Payload segment : segments) {
                observer.checkpoint();
                frames += append(segment, results, writer);
                observer.progress(new WorkProgress("join", frames, total("frames")));
            }
            writer.finish();
            return answer(sound.dropped());
        }
    }

    /** Reads size and rate of the input, not its frames. */
    private VideoEncoding encodingOf(Path in) throws IOException {
        try (VideoReader reader = VideoReader.open(in, limits)) {
            VideoProbe probe = reader.probe();
            FrameSize size = NetworkRun.geometry(request, probe.uprightSize()).output();
            return ResultEncoding.ofVideo(request.encoding())
                    .of(VideoEncoding.like(probe).withSize(size));
        }
    }

    private long append(Payload segment, MediaStore results, VideoWriter writer)
            throws IOException {
        JsonNode body = segment.body();
        long expected = body.at("/processing_info/frames").asLong();
        try (InputStream packets =
                new BufferedInputStream(
                        results.open(segment.mediaAt(body.path("media").path(0))))) {
            long found = writer.append(packets);
            if (found != expected) {
                throw new IOException(
                        "a segment has %d frames, expected %d".formatted(found, expected));
            }
            return found;
        } catch (MediaLost e) {
            throw new JobFailed(
                    "segments: "
                            + e.getMessage()
                            + "; results are kept for a shorter time than this job took");
        }
    }

    /** All segments report the same, except for counts. */
    private ObjectNode answer(List<String> dropped) {
        ObjectNode body = segments.getFirst().body().deepCopy();
        var processing = (ObjectNode) body.path("processing_info");
        processing.put("frames", total("frames")).put("scenes", total("scenes"));
        processing.put("segments", segments.size());
        for (String flag : List.of("timeline_repaired", "deinterlaced")) {
            if (segments.stream()
                    .anyMatch(s -> s.body().at("/processing_info/" + flag).asBoolean())) {
                processing.put(flag, true);
            }
        }
        if (!dropped.isEmpty()) {
            dropped.forEach(processing.putArray("dropped")::add);
        }
        Set<String> fallbacks = new LinkedHashSet<>();
        segments.forEach(segment ->
                segment.body()
                        .at("/processing_info/memory_fallbacks")
                        .forEach(name -> fallbacks.add(name.asText())));
        if (!fallbacks.isEmpty()) {
            fallbacks.forEach(processing.putArray("memory_fallbacks")::add);
        }
        return body;
    }

    private long total(String count) {
        return segments.stream()
                .mapToLong(segment -> segment.body().at("/processing_info/" + count).asLong())
                .sum();
    }
}
