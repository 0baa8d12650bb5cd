package io.heritage.chaos;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Set;

/**
 * An observation of a client. Times are milliseconds since the run began; {@code began} is the time
 * of the call, {@code at} that of its complete answer.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "saw")
@JsonSubTypes({
    @JsonSubTypes.Type(Observation.Submitted.class),
    @JsonSubTypes.Type(Observation.Acknowledged.class),
    @JsonSubTypes.Type(Observation.Repeated.class),
    @JsonSubTypes.Type(Observation.Answered.class),
    @JsonSubTypes.Type(Observation.Reconnected.class),
    @JsonSubTypes.Type(Observation.State.class),
    @JsonSubTypes.Type(Observation.Unknown.class),
    @JsonSubTypes.Type(Observation.Streamed.class),
    @JsonSubTypes.Type(Observation.Cancelled.class),
    @JsonSubTypes.Type(Observation.Retried.class),
    @JsonSubTypes.Type(Observation.Purged.class),
    @JsonSubTypes.Type(Observation.Hooked.class),
})
public sealed interface Observation {
    Set<String> TERMINAL = Set.of("COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT");

    long at();

    /** The operation of a call. */
    enum Asked {
        RUN,
        RUNSYNC,
        STATUS,
        STATUS_SYNC,
        STREAM,
        CANCEL,
        RETRY,
        PURGE,
        MEDIA,
        BATCH;

        /** Whether the client says how long it will wait. */
        boolean waits() {
            return this == RUNSYNC || this == STATUS_SYNC || this == STREAM;
        }
    }

    /**
     * A client is about to submit a job.
     *
     * @param ends the statuses it may end in, if nobody cancels it
     * @param parts hashes of the output if it completes
     * @param failure how the error text begins if it fails
     */
    record Submitted(
            long at,
            String tag,
            String endpoint,
            boolean webhook,
            Set<String> ends,
            List<String> parts,
            String failure)
            implements Observation {}

    /** The client got the job's id: from now on the service is responsible for the job. */
    record Acknowledged(long at, String tag, String id) implements Observation {}

    /** A client repeated its request with the same key and was given an id. */
    record Repeated(long at, String tag, String id) implements Observation {}

    /**
     * A call ended.
     *
     * @param job its id, or its tag where it has no id yet
     * @param gateway number of the gateway that was asked, from 1
     * @param waitMillis how long the client was ready to wait, 0 where it cannot say
     * @param bytes of request and answer
     * @param http status; 0 if the connection broke before the answer was whole
     */
    record Answered(
            long began,
            long at,
            String job,
            Asked call,
            int gateway,
            long waitMillis,
            long bytes,
            int http)
            implements Observation {}

    /**
     * A gateway did not take a connection, or closed it before it answered; the client tries the
     * next.
     *
     * @param job as in {@link Answered}
     * @param gateway number of the gateway that was asked, from 1
     */
    record Reconnected(long began, long at, String job, Asked call, int gateway, String why)
            implements Observation {}

    /**
     * A job's state as a call showed it.
     *
     * @param id that was asked for
     * @param named the id in the answer
     * @param parts hashes of the output's parts; of a completed job only
     */
    record State(
            long began,
            long at,
            String id,
            String named,
            Asked call,
            String status,
            List<String> parts,
            String error,
            int retries)
            implements Observation {
        boolean isTerminal() {
            return TERMINAL.contains(status);
        }
    }

    /** The service says that there is no such job. */
    record Unknown(long began, long at, String id, Asked call) implements Observation {}

    /**
     * A whole reply of {@code /stream}.
     *
     * @param from the first part that was asked for; -1 where the service was to say
     */
    record Streamed(
            long began,
            long at,
            String id,
            int from,
            String status,
            int retries,
            List<StreamPart> parts)
            implements Observation {}

    /** A part of the output. */
    record StreamPart(int index, String hash) {}

    /**
     * @param status in the answer to {@code /cancel}; empty if there was none
     */
    record Cancelled(long began, long at, String id, String status) implements Observation {}

    /**
     * @param http status of the answer to {@code /retry}; 0 if there was none
     */
    record Retried(long began, long at, String id, int http) implements Observation {}

    /**
     * @param removed in the answer to {@code /purge-queue}; -1 if there was none
     */
    record Purged(long began, long at, String endpoint, int removed) implements Observation {}

    /**
     * A webhook was called.
     *
     * @param taken whether the receiver answered that all is well
     */
    record Hooked(
            long at, String id, String status, List<String> parts, String error, boolean taken)
            implements Observation {}
}
