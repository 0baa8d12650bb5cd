package io.heritage.processor.output;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.AudioPassThrough;
import io.heritage.media.VideoReader;
import java.util.List;

/**
 * Notes for the client about how a video was read.
 *
 * @param timelineRepaired its clock jumps, which was closed up
 * @param deinterlaced its frames had two fields
 * @param dropped tracks that the result has not, such as {@code subtitle (dvd_subtitle)}
 */
public record VideoNotes(boolean timelineRepaired, boolean deinterlaced, List<String> dropped) {
    public static final VideoNotes NONE = new VideoNotes(false, false, List.of());

    public VideoNotes {
        dropped = List.copyOf(dropped);
    }

    /** Notes on a video that was read to its end. */
    public static VideoNotes of(VideoReader reader, AudioPassThrough tracks) {
        return new VideoNotes(reader.timelineRepaired(), reader.deinterlaced(), tracks.dropped());
    }

    /** Adds the notes that apply. */
    public void describe(ObjectNode facts) {
        if (timelineRepaired) {
            facts.put("timeline_repaired", true);
        }
        if (deinterlaced) {
            facts.put("deinterlaced", true);
        }
        if (!dropped.isEmpty()) {
            dropped.forEach(facts.putArray("dropped")::add);
        }
    }
}
