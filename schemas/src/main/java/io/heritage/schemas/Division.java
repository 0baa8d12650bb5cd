package io.heritage.schemas;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Division of a video into segments: decided once, from the input only, and recorded with {@link
 * JobEvent.Divided}.
 *
 * @param segments in order, without gaps; at least two
 */
public record Division(List<JobPart.Segment> segments) {
    /** The outputs of all of them fit into one record. */
    public static final int MOST_SEGMENTS = 200;

    /** Allowance for a fast clock of the dividing worker, so that the parent ends first. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    public Division {
        segments = List.copyOf(segments);
        if (segments.size() < 2 || segments.size() > MOST_SEGMENTS) {
            throw new IllegalArgumentException(
                    "expected 2 to %d segments, found %d"
                            .formatted(MOST_SEGMENTS, segments.size()));
        }
    }

    /** Frames of the whole video. */
    public long frames() {
        return segments.getLast().to();
    }

    /** The job that restores one segment. */
    public static Job segment(Job parent, JobEvent.Divided divided, int index) {
        return part(parent, divided, index, divided.division().segments().get(index));
    }

    /**
     * The job that makes the result.
     *
     * @param outputs of the segments, in order
     */
    public static Job join(Job parent, JobEvent.Divided divided, List<Payload> outputs) {
        return part(
                parent, divided, divided.division().segments().size(), new JobPart.Join(outputs));
    }

    /** Its parent's end is its own, and nobody but the parent hears of it. */
    private static Job part(Job parent, JobEvent.Divided divided, int index, JobPart.Task work) {
        var part = new JobPart(parent.id(), divided.attempt(), index, work);
        Instant at = divided.at();
        Duration left = Duration.between(at, parent.expiresAt()).plus(CLOCK_SKEW);
        var policy =
                new ExecutionPolicy(
                        parent.policy().executionTimeout(),
                        left.compareTo(ExecutionPolicy.MIN_TTL) < 0
                                ? ExecutionPolicy.MIN_TTL
                                : left,
                        parent.policy().lowPriority());
        return new Job(
                part.id(),
                parent.endpoint(),
                parent.kind(),
                parent.owner(),
                parent.input(),
                policy,
                null,
                parent.reply(),
                at,
                0,
                parent.bodyHash(),
                work instanceof JobPart.Join ? parent.upload() : null,
                part,
                null,
                parent.traceparent(),
                parent.weight());
    }
}
