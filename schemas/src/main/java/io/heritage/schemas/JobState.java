package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** State of a job; each state holds its own facts. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "status")
@JsonSubTypes({
    @JsonSubTypes.Type(value = JobState.Queued.class, name = "IN_QUEUE"),
    @JsonSubTypes.Type(value = JobState.Running.class, name = "IN_PROGRESS"),
    @JsonSubTypes.Type(value = JobState.Completed.class, name = "COMPLETED"),
    @JsonSubTypes.Type(value = JobState.Failed.class, name = "FAILED"),
    @JsonSubTypes.Type(value = JobState.Cancelled.class, name = "CANCELLED"),
    @JsonSubTypes.Type(value = JobState.TimedOut.class, name = "TIMED_OUT"),
})
public sealed interface JobState {

    /** The attempt that runs or ran last; null if none has begun. */
    @Nullable Execution lastExecution();

    /** One of the six words clients know. */
    String status();

    @JsonIgnore
    default boolean isTerminal() {
        return this instanceof Terminal;
    }

    /**
     * @param attempt counts from 1
     */
    record Execution(WorkerId worker, Instant startedAt, int attempt) {}

    record Queued(@Nullable Execution lastExecution) implements JobState {
        @Override
        public String status() {
            return "IN_QUEUE";
        }
    }

    /**
     * @param progress latest value, null before the first
     * @param progressSequence number of that value, -1 before the first
     * @param partsReady number of parts of the result that are durable
     * @param divided whether the attempt has divided the job: no worker runs it any more, its parts
     *     are jobs of their own. Null in records of versions that did not divide
     */
    record Running(
            Execution execution,
            Instant heardAt,
            @Nullable JsonNode progress,
            long progressSequence,
            int partsReady,
            @Nullable Boolean divided)
            implements JobState {

        /** An attempt that has not divided the job. */
        public Running(
                Execution execution,
                Instant heardAt,
                @Nullable JsonNode progress,
                long progressSequence,
                int partsReady) {
            this(execution, heardAt, progress, progressSequence, partsReady, null);
        }

        Running with(Instant at, JsonNode value, long sequence) {
            return new Running(execution, at, value, sequence, partsReady, divided);
        }

        /** Whether its parts run instead of itself. */
        public boolean inParts() {
            return Boolean.TRUE.equals(divided);
        }

        @Override
        public Execution lastExecution() {
            return execution;
        }

        @Override
        public String status() {
            return "IN_PROGRESS";
        }
    }

    /** Final states, which only a retry by the client leaves. */
    sealed interface Terminal extends JobState {
        /** When the job ended. */
        Instant at();
    }

    record Completed(Execution execution, Instant at, Payload output) implements Terminal {
        @Override
        public Execution lastExecution() {
            return execution;
        }

        @Override
        public String status() {
            return "COMPLETED";
        }
    }

    record Failed(
            @Nullable Execution lastExecution, Instant at, String error, @Nullable JsonNode output)
            implements Terminal {
        @Override
        public String status() {
            return "FAILED";
        }

        /** Replaces a result. A job that the gateway refused never ran. */
        public @Nullable JsonNode told() {
            return output == null && lastExecution == null ? ErrorCode.BAD_INPUT.output() : output;
        }
    }

    record Cancelled(@Nullable Execution lastExecution, Instant at) implements Terminal {
        @Override
        public String status() {
            return "CANCELLED";
        }
    }

    record TimedOut(@Nullable Execution lastExecution, Instant at, String error)
            implements Terminal {
        @Override
        public String status() {
            return "TIMED_OUT";
        }
    }
}
