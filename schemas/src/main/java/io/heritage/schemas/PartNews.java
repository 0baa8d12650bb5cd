package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** State of a part of a divided job, for its parent. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
    @JsonSubTypes.Type(value = PartNews.Unfinished.class, name = "unfinished"),
    @JsonSubTypes.Type(value = PartNews.Done.class, name = "done"),
    @JsonSubTypes.Type(value = PartNews.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = PartNews.Stopped.class, name = "stopped"),
})
public sealed interface PartNews {

    /**
     * It waits or runs.
     *
     * @param framesDone 0 while it waits
     */
    record Unfinished(long framesDone) implements PartNews {}

    record Done(Payload output) implements PartNews {}

    /**
     * It may be retried.
     *
     * @param endedAt tells this end from others
     * @param attempts begun so far, see {@link JobEvent.Retried}
     */
    record Failed(Instant endedAt, int attempts, String error, @Nullable JsonNode output)
            implements PartNews {}

    /**
     * It was cancelled or timed out, and will not continue.
     *
     * @param why for the client of the parent
     */
    record Stopped(String why) implements PartNews {}

    static PartNews of(JobRecord record) {
        return switch (record.state()) {
            case JobState.Queued _ -> new Unfinished(0);
            case JobState.Running running -> new Unfinished(framesDone(running.progress()));
            case JobState.Completed completed -> new Done(completed.output());
            case JobState.Failed failed ->
                    new Failed(failed.at(), record.attempts(), failed.error(), failed.output());
            case JobState.Cancelled _ -> new Stopped("cancelled");
            case JobState.TimedOut timedOut -> new Stopped(timedOut.error());
        };
    }

    private static long framesDone(@Nullable JsonNode progress) {
        return progress == null ? 0 : Math.max(0, progress.path("frames_done").asLong());
    }
}
