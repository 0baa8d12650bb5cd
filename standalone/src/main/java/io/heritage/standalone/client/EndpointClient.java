package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The operations of one endpoint (docs/api.md). Any thread.
 *
 * <p>All of them throw {@link ServerRefused} for an answer that is an error, and {@link
 * ServerUnreachable} if none comes.
 */
public final class EndpointClient implements AutoCloseable {
    /** A sink may take 5 s to decide which came first, the job's end or its cancellation. */
    private static final Duration CANCEL = Duration.ofSeconds(8);

    private static final Duration FIRST_EVENT = Duration.ofSeconds(20);

    private final EndpointUrl endpoint;
    private final ServerCalls calls;

    public EndpointClient(EndpointUrl endpoint, Optional<String> key) {
        this(endpoint, new ServerCalls(endpoint.base(), key));
    }

    EndpointClient(EndpointUrl endpoint, ServerCalls calls) {
        this.endpoint = endpoint;
        this.calls = calls;
    }

    /** Its URL. */
    public EndpointUrl url() {
        return endpoint;
    }

    /** {@code /run}: returns with the job in the queue. */
    public ServerReply submit(JobRequest request) throws IOException, InterruptedException {
        return submit(request, Optional.empty());
    }

    /**
     * As above.
     *
     * @param idempotencyKey the same key and body are the same job, however often they are sent
     */
    public ServerReply submit(JobRequest request, Optional<String> idempotencyKey)
            throws IOException, InterruptedException {
        HttpRequest.Builder call =
                request("run").header("Content-Type", "application/json").POST(request.body());
        idempotencyKey.ifPresent(key -> call.header("Idempotency-Key", key));
        ServerReply reply = reply(call, noFrames());
        requireId(reply.id());
        return reply;
    }

    /**
     * {@code PUT /media}.
     *
     * @return the reference that stands for the file
     */
    public String store(Path file) throws IOException, InterruptedException {
        JsonNode stored =
                json(
                        request("media")
                                .header("Content-Type", "application/octet-stream")
                                .PUT(BodyPublishers.ofFile(file)));
        String reference = stored.path("media_ref").asText();
        if (reference.isEmpty()) {
            throw nothing("a reference");
        }
        return reference;
    }

    /**
     * {@code /batch}: returns with all jobs in the queue.
     *
     * @param idempotencyKey as in {@link #submit}
     * @return id of the batch
     */
    public String batch(JsonNode request, String idempotencyKey)
            throws IOException, InterruptedException {
        JsonNode batch =
                job(
                        request("batch")
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", idempotencyKey)
                                .POST(BodyPublishers.ofString(request.toString())));
        requireId(batch.path("id").asText());
        return batch.path("id").asText();
    }

    private void requireId(String id) throws ServerUnreachable {
        if (id.isEmpty()) {
            throw nothing("an id");
        }
    }

    private ServerUnreachable nothing(String expected) {
        String message = "%s: the reply has no job with %s".formatted(endpoint, expected);
        return new ServerUnreachable(message, new IOException(message));
    }

    /**
     * {@code /status-sync}: the state as soon as the job is terminal, at the latest after {@code
     * wait}. The frames of a completed job go to the target while they arrive.
     */
    public ServerReply await(String jobId, Duration wait, FrameTarget target)
            throws IOException, InterruptedException {
        target.begin();
        return reply(request("status-sync/" + jobId + "?wait=" + wait.toMillis()).GET(), target);
    }

    /** The same as JSON, media in base64 included. */
    public JsonNode await(String jobId, Duration wait) throws IOException, InterruptedException {
        return job(request("status-sync/" + jobId + "?wait=" + wait.toMillis()).GET());
    }

    /** {@code /cancel}; fails if the server does not answer within 8 s. */
    public ServerReply cancel(String jobId) throws IOException, InterruptedException {
        return reply(
                request("cancel/" + jobId).timeout(CANCEL).POST(BodyPublishers.noBody()),
                noFrames());
    }

    /** {@code /retry}: the job as {@code status} gives it. */
    public JsonNode retry(String jobId) throws IOException, InterruptedException {
        return json(request("retry/" + jobId).POST(BodyPublishers.noBody()));
    }

    /** {@code /purge-queue}: {@code removed} and {@code status}. */
    public JsonNode purgeQueue() throws IOException, InterruptedException {
        return json(request("purge-queue").POST(BodyPublishers.noBody()));
    }

    /** {@code /health}: {@code jobs} and {@code workers}, counted. */
    public JsonNode health() throws IOException, InterruptedException {
        return json(request("health").GET());
    }

    /** {@code /workers}. */
    public JsonNode workers() throws IOException, InterruptedException {
        return json(request("workers").GET());
    }

    /** {@code /estimate}: takes the input of a job without its media. */
    public JsonNode estimate(JsonNode question) throws IOException, InterruptedException {
        return json(
                request("estimate")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(question.toString())));
    }

    /**
     * A body as it is, to {@code run} or {@code runsync}.
     *
     * @param operation with a query, if it has one
     * @return the job
     */
    public JsonNode send(String operation, BodyPublisher body)
            throws IOException, InterruptedException {
        JsonNode job =
                job(request(operation).header("Content-Type", "application/json").POST(body));
        requireId(job.path("id").asText());
        return job;
    }

    /**
     * {@code /stream}: {@code status}, and in {@code stream} the parts from the given one on. They
     * stay available, so that a broken answer can be requested again.
     */
    public JsonNode stream(String jobId, int from) throws IOException, InterruptedException {
        return job(request("stream/" + jobId + "?from=" + from).GET());
    }

    /** {@code /requests/JOB}. */
    public JsonNode job(String jobId) throws IOException, InterruptedException {
        return job(request("requests/" + jobId).GET());
    }

    private JsonNode job(HttpRequest.Builder call) throws IOException, InterruptedException {
        JsonNode job = json(call);
        if (job.path("status").asText().isEmpty()) {
            throw nothing("a status");
        }
        return job;
    }

    /** {@code /requests}: a page of jobs, newest first. */
    public ListedJobs jobs(JobFilter filter, Optional<String> cursor)
            throws IOException, InterruptedException {
        var query = new StringBuilder("requests?limit=" + filter.limit());
        add(query, "status", String.join(",", filter.states()));
        add(query, "q", filter.text());
        add(query, "cursor", cursor.orElse(""));
        JsonNode page = json(request(query.toString()).GET());
        List<JsonNode> jobs = new ArrayList<>();
        page.path("requests").forEach(jobs::add);
        return new ListedJobs(jobs, Optional.ofNullable(page.path("cursor").textValue()));
    }

    private static void add(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append('&')
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    /** {@code /output/JOB}: the media of a COMPLETED job. */
    public List<StoredOutput> outputs(String jobId) throws IOException, InterruptedException {
        List<StoredOutput> outputs = new ArrayList<>();
        json(request("output/" + jobId).GET())
                .path("outputs")
                .forEach(each -> outputs.add(StoredOutput.of(each)));
        return outputs;
    }

    /**
     * {@code /output/JOB/N}, while it arrives.
     *
     * @throws ServerUnreachable also if size or SHA-256 are not as listed
     */
    public void download(String jobId, StoredOutput output, OutputStream target)
            throws IOException, InterruptedException {
        calls.call(
                request("output/" + jobId + "/" + output.index()).GET(),
                endpoint.toString(),
                body -> {
                    output.copy(body, target);
                    return output;
                });
    }

    /** {@code /events/JOB}: changes of a job, until it ends. */
    public void follow(String jobId, JobListener listener)
            throws IOException, InterruptedException {
        calls.call(
                request("events/" + jobId)
                        .header("Accept", "text/event-stream")
                        .timeout(FIRST_EVENT)
                        .GET(),
                endpoint.toString(),
                JobEvents.SILENCE,
                body -> {
                    JobEvents.read(body, listener);
                    return listener;
                });
    }

    private HttpRequest.Builder request(String operation) {
        URI uri = endpoint.operation(operation);
        return calls.request(uri);
    }

    private JsonNode json(HttpRequest.Builder call) throws IOException, InterruptedException {
        return calls.json(call, endpoint.toString());
    }

    private ServerReply reply(HttpRequest.Builder call, FrameTarget target)
            throws IOException, InterruptedException {
        return calls.call(call, endpoint.toString(), body -> ReplyReader.read(body, target));
    }

    private static FrameTarget noFrames() {
        return index -> OutputStream.nullOutputStream();
    }

    /** Aborts calls in progress, for all endpoints of the same server. */
    @Override
    public void close() {
        calls.close();
    }
}
