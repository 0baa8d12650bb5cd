package io.heritage.gateway.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.gateway.connection.BodyStream;
import io.heritage.gateway.limit.BodyMemory;
import io.heritage.gateway.limit.ByteSize;
import io.heritage.gateway.media.NamedMedia;
import io.heritage.observe.trace.TraceContext;
import io.heritage.schemas.Batch;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.Wire;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.time.Clock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the body of {@code /batch} into one record, from which the sink makes the jobs: all are
 * accepted, or none. Every input is checked before.
 */
public final class BatchSubmission {
    /** Brokers take 1 MiB, and an event holds more than the job. */
    private static final int LARGEST_RECORD = 960 << 10;

    /** All jobs of a batch together; the sink writes them one after the other. */
    private static final long MOST_IN_ALL = 8 << 20;

    private final MediaStore media;
    private final JobSubmission jobs;
    private final NamedMedia named;
    private final EventLog events;
    private final BodyMemory memory;
    private final UnknownFields unknownFields;
    private final Clock clock;

    public BatchSubmission(
            MediaStore media,
            JobSubmission jobs,
            NamedMedia named,
            EventLog events,
            BodyMemory memory,
            UnknownFields unknownFields,
            Clock clock) {
        this.media = media;
        this.jobs = jobs;
        this.named = named;
        this.events = events;
        this.memory = memory;
        this.unknownFields = unknownFields;
        this.clock = clock;
    }

    /**
     * As {@link JobSubmission#submit}, but that an input that is wrong refuses the request.
     *
     * @param counting is told how many jobs there are once all are right; throws if they are too
     *     many
     * @throws InvalidInput if the request, or an input, is wrong; no job exists then
     */
    public JobSubmission.Receipt submit(
            JobId id,
            EndpointConfig endpoint,
            String owner,
            BodyStream body,
            boolean keyed,
            IntConsumer counting)
            throws IOException, InvalidInput {
        media.requireRoom(0);
        if (keyed) {
            body.hashed();
        }
        try (BodyMemory.Lease lease = memory.begin(owner)) {
            BatchReader.Request request = BatchReader.read(body, endpoint.kind(), lease);
            requireSmall(request);
            String hash = body.sha256();
            String warning = checked(endpoint, request);
            counting.accept(request.jobs());
            Job batch = batch(id, endpoint, owner, request, hash);
            events.append(new JobEvent.Submitted(batch, clock.instant(), null));
            return new JobSubmission.Receipt(batch, hash == null ? "" : hash, warning);
        }
    }

    /** Checked before the inputs one by one. */
    private static void requireSmall(BatchReader.Request request) throws IOException, InvalidInput {
        requireOneRecord(bytesOf(request.inputs()));
        long shared = bytesOf(request.inputs().path(Batch.SHARED));
        long own = bytesOf(request.inputs().path(Batch.OWN));
        requireFewInAll(request.jobs(), request.jobs() * shared + own);
    }

    private static int bytesOf(JsonNode inputs) throws IOException {
        return Wire.json().writeValueAsBytes(inputs).length;
    }

    private static void requireOneRecord(int bytes) throws InvalidInput {
        if (bytes > LARGEST_RECORD) {
            throw new InvalidInput(
                    "the batch has %s with its references, at most %s are possible; put shared values into input, or send fewer jobs at a time"
                            .formatted(ByteSize.of(bytes), ByteSize.of(LARGEST_RECORD)));
        }
    }

    private static void requireFewInAll(int jobs, long bytes) throws InvalidInput {
        if (bytes > MOST_IN_ALL) {
            throw new InvalidInput(
                    "the %d jobs have more than %s together, counting input for each job; send fewer at a time"
                            .formatted(jobs, ByteSize.of(MOST_IN_ALL)));
        }
    }

    /** Size as they will be queued, with their references. */
    private static void requireSmallMembers(Job batch, int jobs) throws InvalidInput {
        long sum = 0;
        for (int i = 0; i < jobs; i++) {
            int bytes = Wire.encode(Batch.member(batch, i)).length;
            if (bytes > RecordedInput.MOST_BYTES) {
                throw new InvalidInput(
                        inputs(i)
                                + "the job has %s with input and references, at most %s are possible"
                                        .formatted(
                                                ByteSize.of(bytes),
                                                ByteSize.of(RecordedInput.MOST_BYTES)));
            }
            sum += bytes;
            requireFewInAll(jobs, sum);
        }
    }

    /**
     * Checks all inputs before any media are fetched.
     *
     * @return what to warn the client of; empty if nothing
     */
    private String checked(EndpointConfig endpoint, BatchReader.Request request)
            throws InvalidInput {
        String warning = "";
        for (int i = 0; i < request.jobs(); i++) {
            ObjectNode input = Batch.merged(request.inputs(), i);
            try {
                JobSubmission.check(endpoint, input);
                String odd = unknownFields.check(endpoint.kind(), input);
                warning = warning.isEmpty() && !odd.isEmpty() ? inputs(i) + odd : warning;
            } catch (InvalidInput wrong) {
                throw new InvalidInput(inputs(i) + wrong.getMessage(), wrong);
            }
        }
        return warning;
    }

    private static String inputs(int index) {
        return Batch.OWN + "." + index + ": ";
    }

    private Job batch(
            JobId id,
            EndpointConfig endpoint,
            String owner,
            BatchReader.Request request,
            @Nullable String hash)
            throws IOException, InvalidInput {
        JsonNode asked = request.body().path("policy");
        ExecutionPolicy policy = jobs.policy(id, endpoint, asked);
        String webhook = JobSubmission.webhook(request.body().path("webhook"));
        ReplyShape reply = ReplyShape.parse(asked, endpoint.reply());
        NamedMedia.Resolved found = named.find(owner, id, request.media());
        if (found.keptUntil().isPresent()) {
            policy = jobs.within(policy, asked.hasNonNull("ttl"), found.keptUntil().get());
        }
        var batch =
                new Job(
                        id,
                        endpoint.id(),
                        endpoint.kind(),
                        owner,
                        new Payload(request.inputs(), found.media()),
                        policy,
                        webhook,
                        reply,
                        clock.instant(),
                        0,
                        hash,
                        null,
                        null,
                        new Batch.Whole(request.jobs()),
                        TraceContext.current(),
                        jobs.weightOf(owner));
        requireOneRecord(Wire.encode(batch).length);
        requireSmallMembers(batch, request.jobs());
        return batch;
    }
}
