package io.heritage.gateway.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.gateway.connection.ClientConnection;
import io.heritage.gateway.error.ClientGone;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.http.InternalSecret;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobId;
import io.heritage.schemas.SinkApi;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the result sink, see {@link SinkApi}; its answers are passed on as they come. */
public final class SinkClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SinkClient.class);

    /** Time for the sink's answer, beyond the wait. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(8);

    /** Longer, because a frame may have to be decoded. */
    private static final Duration FRAME_TIMEOUT = Duration.ofSeconds(26);

    /** Longer, because a queue or a history may be long. */
    private static final Duration PURGE_TIMEOUT = Duration.ofSeconds(30);

    /** Time for the sink to fold records that were just written. */
    private static final Duration SUBMISSION_TIMEOUT = Duration.ofSeconds(8);

    /** For a sink that is still reading acknowledged records, because a page asks at once. */
    private static final Duration READY_WITHIN = Duration.ofSeconds(3);

    private final SinkConnection connection;
    private final SinkWaits waits;
    private final SinkRetries retries;

    public SinkClient(URI sink, InternalSecret secret) {
        this.connection = new SinkConnection(sink, secret);
        this.waits = new SinkWaits(connection, ANSWER_TIMEOUT);
        this.retries = new SinkRetries(connection, waits::draining);
    }

    /**
     * The state of a job now.
     *
     * @param ttl milliseconds after which the result expires
     * @param patience for how long the sink may wait for the job's end before it says that there is
     *     none
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> status(
            JobId job, EndpointId endpoint, String owner, OptionalLong ttl, Duration patience) {
        String query = ttl.isPresent() ? "&" + SinkApi.TTL + "=" + ttl.getAsLong() : "";
        String wait = patience.isPositive() ? "&" + SinkApi.WAIT + "=" + patience.toMillis() : "";
        return retries.ask(
                "GET",
                jobPath(job, "", endpoint, owner) + query + wait,
                ANSWER_TIMEOUT.plus(patience));
    }

    /**
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> cancel(JobId job, EndpointId endpoint, String owner) {
        return change(jobPath(job, SinkApi.CANCEL, endpoint, owner), true);
    }

    /**
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> retry(JobId job, EndpointId endpoint, String owner) {
        return change(jobPath(job, SinkApi.RETRY, endpoint, owner), false);
    }

    /**
     * Calls the webhook of a finished job once more.
     *
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> callAgain(JobId job, EndpointId endpoint, String owner) {
        return change(jobPath(job, SinkApi.WEBHOOK, endpoint, owner), false);
    }

    /**
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> purge(EndpointId endpoint, String owner) {
        return connection.post(
                SinkApi.ENDPOINTS + endpoint + SinkApi.PURGE + "?" + ownerQuery(owner),
                PURGE_TIMEOUT);
    }

    /**
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    public HttpResponse<InputStream> health(EndpointId endpoint) {
        return get(SinkApi.ENDPOINTS + endpoint + SinkApi.HEALTH);
    }

    /**
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> workers(EndpointId endpoint, String owner) {
        return get(SinkApi.ENDPOINTS + endpoint + SinkApi.WORKERS + "?" + ownerQuery(owner));
    }

    /**
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> models(EndpointId endpoint) {
        return get(SinkApi.ENDPOINTS + endpoint + SinkApi.MODELS);
    }

    /**
     * @param worker as the client wrote it
     * @param only endpoints that the caller may use; empty for all
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    public HttpResponse<InputStream> drain(
            EndpointId endpoint, String owner, String worker, boolean draining, Set<String> only) {
        return post(
                SinkApi.ENDPOINTS
                        + endpoint
                        + SinkApi.WORKERS
                        + "/"
                        + URLEncoder.encode(worker, StandardCharsets.UTF_8)
                        + (draining ? SinkApi.DRAIN : SinkApi.UNDRAIN)
                        + "?"
                        + ownerQuery(owner)
                        + (only.isEmpty() ? "" : parameter(SinkApi.ONLY, String.join(",", only))));
    }

    /**
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> pause(EndpointId endpoint, String owner, boolean paused) {
        return post(
                SinkApi.ENDPOINTS
                        + endpoint
                        + (paused ? SinkApi.PAUSE : SinkApi.RESUME)
                        + "?"
                        + ownerQuery(owner));
    }

    /**
     * Expected wait and run time of a job of a given size at an endpoint.
     *
     * @param pixels of a frame of its output; 0 if unknown
     * @throws HttpFailure 503 if the sink does not answer
     */
    ObjectNode outlook(EndpointId endpoint, long pixels, long frames) {
        HttpResponse<InputStream> answer =
                get(
                        "%s%s%s?%s=%d&%s=%d"
                                .formatted(
                                        SinkApi.ENDPOINTS,
                                        endpoint,
                                        SinkApi.OUTLOOK,
                                        SinkApi.PIXELS,
                                        pixels,
                                        SinkApi.FRAMES,
                                        frames));
        try (InputStream body = answer.body()) {
            if (answer.statusCode() == 200) {
                return Wire.json().readValue(body, ObjectNode.class);
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the answer of the sink broke off");
        }
        throw HttpFailure.unavailable("no estimate: the result sink is not available; try again");
    }

    /**
     * Identifies the request that made the job, if several have its id.
     *
     * @return SHA-256 of its body
     * @throws HttpFailure 503 if the sink does not tell in time
     */
    public String submission(
            JobId job, EndpointId endpoint, String owner, ClientConnection client) {
        HttpResponse<InputStream> answer =
                waits.await(
                                jobPath(job, SinkApi.SUBMISSION, endpoint, owner),
                                SUBMISSION_TIMEOUT,
                                true,
                                client)
                        .orElseThrow(SinkClient::unknownSubmission);
        try (InputStream body = answer.body()) {
            JsonNode told = Wire.json().readTree(body);
            if (answer.statusCode() == 200 && told.path(SinkApi.BODY).isTextual()) {
                return told.path(SinkApi.BODY).textValue();
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the answer of the sink broke off");
        }
        throw unknownSubmission();
    }

    private static HttpFailure unknownSubmission() {
        return HttpFailure.unavailable(
                "it is unknown whether this Idempotency-Key has a job already, because the result sink is not available; try again with the same key");
    }

    /**
     * Media of a job, or a frame of them.
     *
     * @param which {@link SinkApi#OUTPUT} or {@link SinkApi#INPUT}
     * @param head whether the bytes themselves are not wanted
     * @param patient whether the answer takes time to compute
     * @param question by parameter of {@link SinkApi}, empty where the client set none
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> files(
            JobId job,
            String which,
            EndpointId endpoint,
            String owner,
            boolean head,
            boolean patient,
            Map<String, String> question) {
        var path = new StringBuilder(jobPath(job, which, endpoint, owner));
        question.forEach((name, value) -> {
            if (!value.isEmpty()) {
                path.append(parameter(name, value));
            }
        });
        if (patient) {
            path.append(parameter(SinkApi.WAIT, Long.toString(FRAME_TIMEOUT.toMillis())));
        }
        Duration timeout = patient ? FRAME_TIMEOUT.plus(ANSWER_TIMEOUT) : ANSWER_TIMEOUT;
        return retries.ask(head ? "HEAD" : "GET", path.toString(), timeout);
    }

    /**
     * Details of a job.
     *
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> details(JobId job, EndpointId endpoint, String owner) {
        return retries.ask(
                "GET",
                jobPath(job, SinkApi.DETAILS, endpoint, owner)
                        + parameter(SinkApi.WAIT, Long.toString(READY_WITHIN.toMillis())),
                PURGE_TIMEOUT);
    }

    /**
     * The owner's jobs at an endpoint.
     *
     * @param question by parameter of {@link SinkApi}
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> list(
            EndpointId endpoint, String owner, Map<String, String> question) {
        var path =
                new StringBuilder(
                        SinkApi.ENDPOINTS + endpoint + SinkApi.REQUESTS + "?" + ownerQuery(owner));
        question.forEach((name, value) -> path.append(parameter(name, value)));
        return get(path.toString());
    }

    /**
     * Server-sent events of a job, or of the owner's jobs at an endpoint.
     *
     * @param resumed whether the client has heard events before
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> events(
            Optional<JobId> job, EndpointId endpoint, String owner, boolean resumed) {
        String path =
                job.map(id -> jobPath(id, SinkApi.EVENTS, endpoint, owner))
                        .orElseGet(() ->
                                SinkApi.ENDPOINTS
                                        + endpoint
                                        + SinkApi.EVENTS
                                        + "?"
                                        + ownerQuery(owner));
        return get(path + (resumed ? parameter(SinkApi.RESUMED, "1") : ""));
    }

    /**
     * Server-sent events of the parts of a job's result.
     *
     * @param from index of the first part
     * @param lastEventId of the last event that the client has heard; empty if none
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> partEvents(
            JobId job, EndpointId endpoint, String owner, OptionalInt from, String lastEventId) {
        return get(
                jobPath(job, SinkApi.PARTS, endpoint, owner)
                        + (from.isPresent()
                                ? parameter(SinkApi.FROM, Integer.toString(from.getAsInt()))
                                : "")
                        + (lastEventId.isEmpty()
                                ? ""
                                : parameter(SinkApi.LAST_EVENT_ID, lastEventId)));
    }

    private static String parameter(String name, String value) {
        return "&" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /**
     * Waits until the job is terminal or the wait is over.
     *
     * @param submitted whether the job is known to exist; 404 then means that the sink has not seen
     *     it yet
     * @return empty if no sink could be reached during all of the wait and some seconds more
     * @throws ClientGone as soon as the client hangs up
     */
    public Optional<HttpResponse<InputStream>> await(
            JobId job,
            EndpointId endpoint,
            String owner,
            Duration wait,
            boolean submitted,
            ClientConnection client) {
        return waits.await(jobPath(job, "", endpoint, owner), wait, submitted, client);
    }

    /**
     * Waits until there are parts of the job's result to be given, the job is terminal, or the wait
     * is over.
     *
     * @param from index of the first part; without it those that were not given yet
     * @return empty if no sink could be reached during all of the wait and some seconds more
     * @throws ClientGone as soon as the client hangs up
     */
    Optional<HttpResponse<InputStream>> stream(
            JobId job,
            EndpointId endpoint,
            String owner,
            Duration wait,
            OptionalInt from,
            ClientConnection client) {
        String query =
                from.isPresent()
                        ? parameter(SinkApi.FROM, Integer.toString(from.getAsInt()))
                        : parameter(SinkApi.CALL, UUID.randomUUID().toString());
        String path = jobPath(job, SinkApi.STREAM, endpoint, owner) + query;
        return waits.await(path, wait, false, client);
    }

    /** Ends all waits: each is answered with the state its job is in. */
    public void drain() {
        waits.drain();
    }

    @Override
    public void close() {
        connection.close();
    }

    private HttpResponse<InputStream> get(String pathAndQuery) {
        return connection.get(pathAndQuery, ANSWER_TIMEOUT);
    }

    private HttpResponse<InputStream> change(String pathAndQuery, boolean twiceIsOnce) {
        return retries.change(pathAndQuery, ANSWER_TIMEOUT, twiceIsOnce);
    }

    private HttpResponse<InputStream> post(String pathAndQuery) {
        return connection.post(pathAndQuery, ANSWER_TIMEOUT);
    }

    private static String jobPath(JobId job, String suffix, EndpointId endpoint, String owner) {
        return SinkApi.JOBS
                + job
                + suffix
                + "?"
                + SinkApi.ENDPOINT
                + "="
                + endpoint
                + "&"
                + ownerQuery(owner);
    }

    private static String ownerQuery(String owner) {
        return SinkApi.OWNER + "=" + URLEncoder.encode(owner, StandardCharsets.UTF_8);
    }
}
