package io.heritage.gateway;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.Call;
import io.heritage.gateway.call.Operation;
import io.heritage.gateway.call.QueryNumbers;
import io.heritage.gateway.call.RateLimiter;
import io.heritage.gateway.call.RequestHead;
import io.heritage.gateway.call.RequestLog;
import io.heritage.gateway.connection.BodyStream;
import io.heritage.gateway.connection.ClientConnections;
import io.heritage.gateway.connection.RunSyncAnswer;
import io.heritage.gateway.error.FailureReply;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.gateway.runsync.JobTail;
import io.heritage.gateway.sink.SinkClient;
import io.heritage.gateway.submit.BatchReader;
import io.heritage.gateway.submit.BatchSubmission;
import io.heritage.gateway.submit.IdempotencyKey;
import io.heritage.gateway.submit.JobSubmission;
import io.heritage.gateway.submit.QueueLimit;
import io.heritage.gateway.submit.RequestBody;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Operations that make jobs: {@code /run}, {@code /batch} and {@code /runsync}, which also waits
 * for the end of its job.
 */
final class SubmitOperations {
    /** Header for a warning about an accepted request. */
    static final HeaderName WARNING = HeaderNames.create("X-Heritage-Warning");

    static final HeaderName JOB_ID = HeaderNames.create("X-Heritage-Job-Id");

    private final GatewayConfig config;
    private final RateLimiter rates;
    private final QueueLimit queues;
    private final JobSubmission submission;
    private final BatchSubmission batches;
    private final SinkClient sink;
    private final JobTail tail;
    private final ClientConnections connections;
    private final Clock clock;

    SubmitOperations(
            GatewayConfig config,
            RateLimiter rates,
            QueueLimit queues,
            JobSubmission submission,
            BatchSubmission batches,
            SinkClient sink,
            JobTail tail,
            ClientConnections connections,
            Clock clock) {
        this.config = config;
        this.rates = rates;
        this.queues = queues;
        this.submission = submission;
        this.batches = batches;
        this.sink = sink;
        this.tail = tail;
        this.connections = connections;
        this.clock = clock;
    }

    /** Submits one job, or a batch. */
    void run(
            Call call,
            ApiKey caller,
            ServerRequest request,
            ServerResponse response,
            RequestBody content,
            RequestLog log)
            throws IOException, InvalidInput {
        EndpointConfig endpoint = call.endpoint();
        String owner = caller.ownerName();
        boolean batch = call.operation() == Operation.BATCH;
        JobId id =
                keyOf(request)
                        .map(key -> batch ? key.ofBatch() : key)
                        .map(key -> idOf(key, false, owner, endpoint))
                        .orElseGet(() -> JobId.forRun(clock, config.jobIdSuffix()));
        submit(
                batch ? batchesOf(caller) : submission::submit,
                id,
                endpoint,
                owner,
                request,
                response,
                batch ? BatchReader.MOST_BYTES : config.maxRunBytes(),
                content,
                log,
                _ -> {});
        response.header(JOB_ID, id.value());
        response.header(HeaderNames.CONTENT_TYPE, FailureReply.JSON);
        response.send(queued(id));
    }

    /** A batch counts as the number of its jobs. */
    private Submitting batchesOf(ApiKey caller) {
        return (id, endpoint, owner, body, keyed) ->
                batches.submit(
                        id,
                        endpoint,
                        owner,
                        body,
                        keyed,
                        jobs -> {
                            rates.countMore(caller, Operation.BATCH, jobs - 1);
                            queues.require(endpoint.id(), jobs);
                        });
    }

    private JobId idOf(IdempotencyKey key, boolean sync, String owner, EndpointConfig endpoint) {
        return JobId.forKey(sync, owner, endpoint.id(), key.value(), config.jobIdSuffix());
    }

    void runSync(
            EndpointConfig endpoint,
            String owner,
            ServerRequest request,
            ServerResponse response,
            RequestBody content,
            RequestLog log)
            throws IOException, InvalidInput {
        Optional<IdempotencyKey> key = keyOf(request);
        JobId id =
                key.map(named -> idOf(named, true, owner, endpoint))
                        .orElseGet(() -> JobId.forRunSync(clock, config.jobIdSuffix()));
        // of a job with a key much may have been written before
        try (JobTail.Place place = key.isPresent() ? JobTail.Place.NONE : tail.register(id)) {
            long arrivedAt =
                    submit(
                            submission::submit,
                            id,
                            endpoint,
                            owner,
                            request,
                            response,
                            config.maxRunSyncBytes(),
                            content,
                            log,
                            place::submitted);
            response.header(JOB_ID, id.value());
            var answer = RunSyncAnswer.begin(request, response);
            Duration wait = QueryNumbers.waitOf(request, QueryNumbers.DEFAULT_WAIT);
            Optional<byte[]> heard =
                    place.await(
                            wait.minusNanos(System.nanoTime() - arrivedAt), connections.current());
            if (heard.isPresent()) {
                answer.send(heard.get());
            } else {
                askTheSink(id, endpoint, owner, wait, arrivedAt, answer);
            }
        }
    }

    private void askTheSink(
            JobId id,
            EndpointConfig endpoint,
            String owner,
            Duration wait,
            long arrivedAt,
            RunSyncAnswer answer)
            throws IOException {
        Optional<HttpResponse<InputStream>> said =
                sink.await(
                        id,
                        endpoint.id(),
                        owner,
                        wait.minusNanos(System.nanoTime() - arrivedAt),
                        true,
                        connections.current());
        if (said.isPresent()) {
            answer.pass(said.get());
        } else {
            answer.send(queued(id));
        }
    }

    /** Makes jobs from a body: {@link JobSubmission#submit} or that of a batch. */
    @FunctionalInterface
    private interface Submitting {
        JobSubmission.Receipt submit(
                JobId id, EndpointConfig endpoint, String owner, BodyStream body, boolean keyed)
                throws IOException, InvalidInput;
    }

    /**
     * When the request had arrived, by {@link System#nanoTime()}: Kafka may have been slow since.
     *
     * @param written hears of the job once it is durable
     */
    private long submit(
            Submitting submitting,
            JobId id,
            EndpointConfig endpoint,
            String owner,
            ServerRequest request,
            ServerResponse response,
            long maxBytes,
            RequestBody content,
            RequestLog log,
            Consumer<Job> written)
            throws IOException, InvalidInput {
        queues.require(endpoint.id());
        return content.read(
                maxBytes,
                log,
                body -> {
                    boolean keyed = keyOf(request).isPresent();
                    JobSubmission.Receipt submitted =
                            submitting.submit(id, endpoint, owner, body, keyed);
                    written.accept(submitted.job());
                    if (keyed) {
                        requireSameBody(id, endpoint, owner, submitted.bodyHash());
                    }
                    if (!submitted.warning().isEmpty()) {
                        response.header(WARNING, submitted.warning());
                    }
                    log.submitted(id);
                });
    }

    private static Optional<IdempotencyKey> keyOf(ServerRequest request) {
        return IdempotencyKey.parse(
                RequestHead.field(request, HeaderNames.create(IdempotencyKey.HEADER)));
    }

    /** The first of the submissions with this id in the log is the job. */
    private void requireSameBody(JobId id, EndpointConfig endpoint, String owner, String hash) {
        String first = sink.submission(id, endpoint.id(), owner, connections.current());
        if (!first.equals(hash)) {
            throw new HttpFailure(
                    409,
                    IdempotencyKey.HEADER
                            + ": the job of this key was submitted with another body; take another"
                            + " key for another request",
                    Map.of());
        }
    }

    /** RunPod's answer for an unfinished job; the job is durable. */
    private static byte[] queued(JobId id) {
        return "{\"id\":\"%s\",\"status\":\"IN_QUEUE\"}"
                .formatted(id)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
