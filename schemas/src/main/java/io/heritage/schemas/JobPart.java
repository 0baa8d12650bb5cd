package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * The part of a divided job that a job runs: docs/long-videos.md. Clients neither list nor submit
 * such jobs.
 *
 * @param parent the job that was divided
 * @param attempt of the parent that divided it: each attempt has parts of its own
 * @param index from 0 in the order of the result; the join comes after the last segment
 */
public record JobPart(JobId parent, int attempt, int index, Task work) {

    /** The work of the part. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Segment.class, name = "segment"),
        @JsonSubTypes.Type(value = Join.class, name = "join"),
    })
    public sealed interface Task {}

    /**
     * Some frames of a video. Numbers count the frames of the input from 0, ranges are half-open.
     *
     * @param from first frame that is written
     * @param to behind the last frame that is written
     * @param readFrom first frame that is restored: the begin of a scene or of a chunk, so that
     *     frames are cross-faded at {@code from} as in the middle of a segment
     * @param readTo behind the last frame that is restored
     * @param chunkLength frames of a chunk, whatever worker restores it
     * @param chunkOverlap frames that neighbouring chunks of a scene share
     * @param scenes that begin among the frames that are written
     */
    public record Segment(
            long from,
            long to,
            long readFrom,
            long readTo,
            int chunkLength,
            int chunkOverlap,
            int scenes)
            implements Task {
        public Segment {
            if (readFrom < 0 || readFrom > from || from >= to || to > readTo) {
                throw new IllegalArgumentException(
                        "segment of frames %d to %d reads %d to %d"
                                .formatted(from, to, readFrom, readTo));
            }
        }

        /** Number of frames that are written. */
        public long frames() {
            return to - from;
        }
    }

    /**
     * Joins the segments into the parent's result.
     *
     * @param segments their outputs, in order
     */
    public record Join(List<Payload> segments) implements Task {
        public Join {
            segments = List.copyOf(segments);
        }
    }

    /** Deterministic: the same wherever and whenever it is made. */
    public static JobId id(JobId parent, int attempt, int index) {
        return new JobId("%s-%d-%d".formatted(parent.value(), attempt, index));
    }

    public JobId id() {
        return id(parent, attempt, index);
    }
}
