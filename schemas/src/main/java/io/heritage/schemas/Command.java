package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/** Broadcast to all processors in {@code heritage.commands}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Command.Cancel.class, name = "cancel"),
    @JsonSubTypes.Type(value = Command.Stop.class, name = "stop"),
    @JsonSubTypes.Type(value = Command.Purge.class, name = "purge"),
})
public sealed interface Command {

    JobId jobId();

    Instant at();

    /** Stop the job where it runs, do not start it where it waits. */
    record Cancel(JobId jobId, Instant at) implements Command {}

    /** Another attempt of the job has replaced this one, which must stop; the job continues. */
    record Stop(JobId jobId, Instant at, int attempt, WorkerId worker) implements Command {}

    /**
     * Jobs that the purge covers and that no worker has begun must not be started. One record for
     * any number of jobs; the event tells whether a job that was begun continues.
     */
    record Purge(JobEvent.QueuePurged event) implements Command {
        @Override
        public JobId jobId() {
            return event.jobId();
        }

        @Override
        public Instant at() {
            return event.at();
        }
    }
}
