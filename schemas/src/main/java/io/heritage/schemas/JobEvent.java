package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event of a job, in {@code heritage.events} under the job's id. Terminal are {@link Rejected},
 * {@link Completed}, {@link Failed}, {@link Cancelled} and {@link TimedOut}; the first terminal
 * event in the log counts, until a {@link Retried} starts the job again.
 *
 * <p>Attempts are numbered from 1; numbers grow over all deliveries of a job, with gaps.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = JobEvent.Rejected.class, name = "rejected"),
    @JsonSubTypes.Type(value = JobEvent.Submitted.class, name = "submitted"),
    @JsonSubTypes.Type(value = JobEvent.Started.class, name = "started"),
    @JsonSubTypes.Type(value = JobEvent.Progress.class, name = "progress"),
    @JsonSubTypes.Type(value = JobEvent.PartReady.class, name = "part-ready"),
    @JsonSubTypes.Type(value = JobEvent.Completed.class, name = "completed"),
    @JsonSubTypes.Type(value = JobEvent.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = JobEvent.HandedBack.class, name = "handed-back"),
    @JsonSubTypes.Type(value = JobEvent.Abandoned.class, name = "abandoned"),
    @JsonSubTypes.Type(value = JobEvent.Cancelled.class, name = "cancelled"),
    @JsonSubTypes.Type(value = JobEvent.Purged.class, name = "purged"),
    @JsonSubTypes.Type(value = JobEvent.QueuePurged.class, name = "queue-purged"),
    @JsonSubTypes.Type(value = JobEvent.TimedOut.class, name = "timed-out"),
    @JsonSubTypes.Type(value = JobEvent.Retried.class, name = "retried"),
    @JsonSubTypes.Type(value = JobEvent.ResultExpires.class, name = "result-expires"),
    @JsonSubTypes.Type(value = JobEvent.PartsStreamed.class, name = "parts-streamed"),
    @JsonSubTypes.Type(value = JobEvent.Divided.class, name = "divided"),
    @JsonSubTypes.Type(value = JobEvent.PartMoved.class, name = "part-moved"),
    @JsonSubTypes.Type(value = JobEvent.BatchMoved.class, name = "batch-moved"),
})
public sealed interface JobEvent {

    JobId jobId();

    Instant at();

    /**
     * The gateway found the input wrong: the job fails at once and never enters a queue, so a bad
     * request does not wait behind long jobs to learn it.
     */
    record Rejected(Job job, Instant at, String error) implements JobEvent {
        @Override
        public JobId jobId() {
            return job.id();
        }
    }

    /**
     * A job whose id comes from its client's {@code Idempotency-Key}. Gateways that are asked at
     * the same time may each write one: the first in the log is the job, the others change nothing,
     * and the sink puts it into its queue.
     *
     * @param error what the gateway found wrong with the input: the job fails at once, see {@link
     *     Rejected}; null if it is to be run
     */
    record Submitted(Job job, Instant at, @Nullable String error) implements JobEvent {
        @Override
        public JobId jobId() {
            return job.id();
        }
    }

    /** A processor began to work on it. */
    record Started(JobId jobId, Instant at, int attempt, WorkerId worker) implements JobEvent {}

    /**
     * @param worker null if written by a version that did not say it
     * @param sequence grows within an attempt; an overtaken update is dropped
     * @param value shown to clients as {@code output} while the job runs
     */
    record Progress(
            JobId jobId,
            Instant at,
            int attempt,
            @Nullable WorkerId worker,
            long sequence,
            JsonNode value)
            implements JobEvent {

        /** As written by versions without the worker. */
        public Progress(JobId jobId, Instant at, int attempt, long sequence, JsonNode value) {
            this(jobId, at, attempt, null, sequence, value);
        }
    }

    /**
     * A piece of the result is durable while later ones are still being computed.
     *
     * @param worker null in events of older versions
     * @param index counts from 0 without gaps
     */
    record PartReady(
            JobId jobId,
            Instant at,
            int attempt,
            @Nullable WorkerId worker,
            int index,
            Payload part)
            implements JobEvent {}

    record Completed(JobId jobId, Instant at, int attempt, WorkerId worker, Payload output)
            implements JobEvent {}

    /**
     * @param worker the processor that reported the failure; null if the sink gave the job up
     * @param output further facts for the client, if any
     */
    record Failed(
            JobId jobId,
            Instant at,
            int attempt,
            @Nullable WorkerId worker,
            String error,
            @Nullable JsonNode output)
            implements JobEvent {}

    /** A stopping processor gave the job back unfinished; the sink queues it again. */
    record HandedBack(JobId jobId, Instant at, int attempt, WorkerId worker) implements JobEvent {}

    /**
     * The worker of an attempt has been silent for longer than the queue's lock: the attempt has
     * ended, and the job is queued again.
     */
    record Abandoned(JobId jobId, Instant at, int attempt, WorkerId worker) implements JobEvent {}

    record Cancelled(JobId jobId, Instant at) implements JobEvent {}

    /**
     * Cancels the job if it still waits, otherwise changes nothing. Versions before {@link
     * QueuePurged} wrote one for each job; now it is derived from that event.
     */
    record Purged(JobId jobId, Instant at) implements JobEvent {}

    /**
     * {@code /purge-queue}: cancels what an owner has waiting at an endpoint. Stands once in every
     * partition of the log, so that each job's events tell whether it waited.
     *
     * @param jobId names the purge, see {@link JobId#forPurge}
     * @param before jobs whose queue record lies before this offset of its topic; no others
     */
    record QueuePurged(
            JobId jobId, Instant at, EndpointId endpoint, String owner, Map<String, Long> before)
            implements JobEvent {

        /**
         * Whether it covers a job with its queue record at that place, as long as the job waits.
         */
        public boolean covers(Job job, String jobsTopic, long offset) {
            return job.part() == null // its parent has begun
                    && job.endpoint().equals(endpoint)
                    && job.owner().equals(owner)
                    && offset < before.getOrDefault(jobsTopic, 0L);
        }

        /** The event for a job that it covers. */
        public Purged of(JobId job) {
            return new Purged(job, at);
        }
    }

    /** The time to live ended before the job did. */
    record TimedOut(JobId jobId, Instant at, String error) implements JobEvent {}

    /**
     * A client retries a job that failed or timed out: it is queued as if it had just been
     * submitted.
     *
     * @param endedAt the end that the retry follows; the event is ignored for any other end, so it
     *     counts once
     * @param attempts number of attempts before the retry; null in events of older versions
     */
    record Retried(JobId jobId, Instant at, Instant endedAt, @Nullable Integer attempts)
            implements JobEvent {

        /**
         * Whether an event belongs to the time before the retry. A worker that was given up may
         * still report, and after a crash events are read again. Events of an attempt are
         * recognised by its number, others by their time.
         */
        public boolean leavesBehind(JobEvent event) {
            return switch (event) {
                case Started e -> isOld(e.attempt());
                case Progress e -> isOld(e.attempt());
                case PartReady e -> isOld(e.attempt());
                case Completed e -> isOld(e.attempt());
                case HandedBack e -> isOld(e.attempt());
                case Abandoned e -> isOld(e.attempt());
                case Divided e -> isOld(e.attempt());
                case PartMoved e -> isOld(e.attempt());
                case Failed e when e.worker() != null ->
                        isOld(e.attempt()) || e.at().equals(endedAt);
                case Failed _, TimedOut _, Rejected _ ->
                        !event.at().isAfter(at) || !event.at().isAfter(endedAt);
                case Cancelled _, Purged _ -> event.at().isBefore(at);
                case Submitted _,
                        QueuePurged _,
                        Retried _,
                        ResultExpires _,
                        PartsStreamed _,
                        BatchMoved _ ->
                        false;
            };
        }

        private boolean isOld(int attempt) {
            return attempts != null && attempt <= attempts;
        }
    }

    /**
     * A client lets its result expire earlier ({@code /status?ttl=}). The job's state does not
     * change.
     */
    record ResultExpires(JobId jobId, Instant at, Instant expiresAt) implements JobEvent {}

    /**
     * The client was given the first parts of an attempt ({@code /stream}), each once. The job's
     * state does not change.
     *
     * @param worker of the attempt; null if written by a version that did not say it
     * @param parts number of parts given so far, from index 0
     * @param call that the last of them were given to; null if written by a version that did not
     *     say it
     */
    record PartsStreamed(
            JobId jobId,
            Instant at,
            int attempt,
            @Nullable WorkerId worker,
            int parts,
            @Nullable StreamCall call)
            implements JobEvent {}

    /**
     * A client's call of {@code /stream}. If the answer is lost, the gateway repeats the call under
     * the same id, and gets the same parts.
     *
     * @param from index of the first part that it was given
     */
    record StreamCall(String id, int from) {}

    /**
     * An attempt has divided the job for several workers, and has ended: the sink queues its parts.
     */
    record Divided(JobId jobId, Instant at, int attempt, WorkerId worker, Division division)
            implements JobEvent {}

    /**
     * The sink's message to a divided job about one of its parts. The job's state does not change.
     *
     * @param jobId of the parent
     * @param attempt of the parent that the part is of
     */
    record PartMoved(JobId jobId, Instant at, int attempt, int index, PartNews news)
            implements JobEvent {}

    /**
     * The sink's message to a batch about one of its jobs. The batch's own state does not change.
     *
     * @param jobId of the batch
     * @param index of the job
     * @param jobs of the batch
     * @param status of the job
     * @param version grows with each change of the job: news of before are old
     * @param jobSubmittedAt when the job was submitted, or retried last: before its batch where it
     *     is one of a batch before with the same id; null in events of older versions
     */
    record BatchMoved(
            JobId jobId,
            Instant at,
            int index,
            int jobs,
            String status,
            long version,
            @Nullable Instant jobSubmittedAt)
            implements JobEvent {}
}
