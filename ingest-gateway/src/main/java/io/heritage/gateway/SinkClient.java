package io.heritage.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.http.InternalSecret;
import io.heritage.observe.trace.TraceContext;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobId;
import io.heritage.schemas.SinkApi;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the result sink, see {@link SinkApi}; its answers are passed on as they come. */
final class SinkClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SinkClient.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** Time for the sink's answer, beyond the wait. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(8);

    /** A frame may have to be looked for. */
    private static final Duration FRAME_TIMEOUT = Duration.ofSeconds(26);

    /** A queue or a history may be long. */
    private static final Duration PURGE_TIMEOUT = Duration.ofSeconds(30);

    /** For the sink to fold what has just been written. */
    private static final Duration SUBMISSION_TIMEOUT = Duration.ofSeconds(8);

    /** For a sink that is still reading what was acknowledged: a page asks at once. */
    private static final Duration READY_WITHIN = Duration.ofSeconds(3);

    /** For a sink that is replaced, or its jobs with another. */
    private static final Duration BACK_WITHIN = Duration.ofSeconds(8);

    private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

    /** The client is watched only if an answer takes longer. */
    private static final Duration WATCH_AFTER = Duration.ofMillis(200);

    private static final int UNAVAILABLE = 503;

    private final URI sink;
    private final InternalSecret secret;
    private final HttpClient http;
    private final Set<CompletableFuture<?>> drainable = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    SinkClient(URI sink, InternalSecret secret) {
        this.sink = sink;
        this.secret = secret;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
    }

    /** The client went away; nobody is left to answer. */
    static final class ClientGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ClientGone() {
            super("the client went away while it waited");
        }
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
        return patiently(
                get(
                        jobPath(job, "", endpoint, owner) + query + wait,
                        ANSWER_TIMEOUT.plus(patience)));
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
        return post(
                SinkApi.ENDPOINTS + endpoint + SinkApi.PURGE + "?" + ownerQuery(owner),
                PURGE_TIMEOUT);
    }

    /**
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> health(EndpointId endpoint) {
        return once(get(SinkApi.ENDPOINTS + endpoint + SinkApi.HEALTH, ANSWER_TIMEOUT));
    }

    /**
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> workers(EndpointId endpoint, String owner) {
        return once(
                get(
                        SinkApi.ENDPOINTS + endpoint + SinkApi.WORKERS + "?" + ownerQuery(owner),
                        ANSWER_TIMEOUT));
    }

    /**
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> models(EndpointId endpoint) {
        return once(get(SinkApi.ENDPOINTS + endpoint + SinkApi.MODELS, ANSWER_TIMEOUT));
    }

    /**
     * @param worker as the client wrote it
     * @param only endpoints that the caller may use; empty for all
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> drain(
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
     * What a job of some size would come to at an endpoint.
     *
     * @param pixels of a frame of its output; 0 if unknown
     * @throws HttpFailure 503 if the sink does not answer
     */
    ObjectNode outlook(EndpointId endpoint, long pixels, long frames) {
        HttpResponse<InputStream> answer =
                once(
                        get(
                                "%s%s%s?%s=%d&%s=%d"
                                        .formatted(
                                                SinkApi.ENDPOINTS,
                                                endpoint,
                                                SinkApi.OUTLOOK,
                                                SinkApi.PIXELS,
                                                pixels,
                                                SinkApi.FRAMES,
                                                frames),
                                ANSWER_TIMEOUT));
        try (InputStream body = answer.body()) {
            if (answer.statusCode() == 200) {
                return Wire.json().readValue(body, ObjectNode.class);
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the answer of the sink broke off");
        }
        throw HttpFailure.unavailable("the result sink does not tell what jobs take; try again");
    }

    /**
     * Which of the requests that have the job's id made it.
     *
     * @return SHA-256 of its body
     * @throws HttpFailure 503 if the sink does not tell in time
     */
    String submission(JobId job, EndpointId endpoint, String owner, ClientConnection client) {
        HttpResponse<InputStream> answer =
                await(
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
                "the result sink does not tell whether this Idempotency-Key has a job already; try again with the same key");
    }

    /**
     * Media of a job, or a frame of them.
     *
     * @param which {@link SinkApi#OUTPUT} or {@link SinkApi#INPUT}
     * @param head whether the bytes themselves are not wanted
     * @param patient whether the answer is to be computed first
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
        return patiently(
                request(
                                path.toString(),
                                patient ? FRAME_TIMEOUT.plus(ANSWER_TIMEOUT) : ANSWER_TIMEOUT)
                        .method(head ? "HEAD" : "GET", HttpRequest.BodyPublishers.noBody())
                        .build());
    }

    /**
     * All that is known of a job.
     *
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> details(JobId job, EndpointId endpoint, String owner) {
        return patiently(
                get(
                        jobPath(job, SinkApi.DETAILS, endpoint, owner)
                                + parameter(SinkApi.WAIT, Long.toString(READY_WITHIN.toMillis())),
                        PURGE_TIMEOUT));
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
        return once(get(path.toString(), ANSWER_TIMEOUT));
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
        return once(get(path + (resumed ? parameter(SinkApi.RESUMED, "1") : ""), ANSWER_TIMEOUT));
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
    Optional<HttpResponse<InputStream>> await(
            JobId job,
            EndpointId endpoint,
            String owner,
            Duration wait,
            boolean submitted,
            ClientConnection client) {
        return await(jobPath(job, "", endpoint, owner), wait, submitted, client);
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
        String query = from.isPresent() ? "&" + SinkApi.FROM + "=" + from.getAsInt() : "";
        String path = jobPath(job, SinkApi.STREAM, endpoint, owner) + query;
        return await(path, wait, false, client);
    }

    /**
     * A sink that does not answer is asked again. When the gateway is closing, the current state is
     * enough.
     */
    private Optional<HttpResponse<InputStream>> await(
            String path, Duration wait, boolean submitted, ClientConnection client) {
        long deadline = System.nanoTime() + wait.toNanos();
        long givenUp = submitted ? deadline : deadline + BACK_WITHIN.toNanos();
        while (true) {
            Duration left = atLeastZero(Duration.ofNanos(deadline - System.nanoTime()));
            boolean last = draining;
            HttpRequest request =
                    last
                            ? get(path, ANSWER_TIMEOUT)
                            : get(
                                    path + "&" + SinkApi.WAIT + "=" + left.toMillis(),
                                    answeredWithin(deadline));
            try {
                HttpResponse<InputStream> answer = exchange(request, client, !last);
                boolean early = answer.statusCode() == 404 && submitted;
                if (answer.statusCode() != UNAVAILABLE && !early) {
                    return Optional.of(answer);
                }
                answer.body().close();
            } catch (IOException lost) {
                if (client.gone()) {
                    throw new ClientGone();
                }
            }
            if (last || (!draining && givenUp - System.nanoTime() < RETRY_PAUSE.toNanos())) {
                return Optional.empty();
            }
            if (!draining) {
                pause();
            }
        }
    }

    /** Also of the last question there is an answer, if somebody is there to give it. */
    private static Duration answeredWithin(long deadline) {
        Duration left = Duration.ofNanos(deadline - System.nanoTime()).plus(ANSWER_TIMEOUT);
        return left.compareTo(LEAST_TIMEOUT) > 0 ? left : LEAST_TIMEOUT;
    }

    /** Ends all waits: each is answered with the state its job is in. */
    void drain() {
        draining = true;
        drainable.forEach(wait -> wait.cancel(true));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpResponse<InputStream> post(String pathAndQuery) {
        return post(pathAndQuery, ANSWER_TIMEOUT);
    }

    private HttpResponse<InputStream> post(String pathAndQuery, Duration timeout) {
        return once(
                request(pathAndQuery, timeout).POST(HttpRequest.BodyPublishers.noBody()).build());
    }

    /**
     * The sink itself waits until it can do it: here nobody knows whether it was done.
     *
     * @param twiceIsOnce whether it may be asked for again where the answer is lost
     */
    private HttpResponse<InputStream> change(String pathAndQuery, boolean twiceIsOnce) {
        String path = pathAndQuery + parameter(SinkApi.WAIT, Long.toString(BACK_WITHIN.toMillis()));
        HttpRequest request =
                request(path, ANSWER_TIMEOUT.plus(BACK_WITHIN))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
        return repeatedly(request, e -> twiceIsOnce || e instanceof ConnectException, _ -> false);
    }

    private HttpResponse<InputStream> patiently(HttpRequest question) {
        return repeatedly(question, _ -> true, answer -> answer.statusCode() == UNAVAILABLE);
    }

    private HttpResponse<InputStream> once(HttpRequest request) {
        return repeatedly(request, _ -> false, _ -> false);
    }

    /** While sinks are replaced in turn, the next is there, or has the job, within seconds. */
    private HttpResponse<InputStream> repeatedly(
            HttpRequest request,
            Predicate<IOException> isRefused,
            Predicate<HttpResponse<InputStream>> isRefusal) {
        long until = System.nanoTime() + BACK_WITHIN.toNanos();
        while (true) {
            boolean last = draining || until - System.nanoTime() < RETRY_PAUSE.toNanos();
            try {
                HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
                if (last || !isRefusal.test(answer)) {
                    return answer;
                }
                answer.body().close();
            } catch (IOException e) {
                if (last || !isRefused.test(e)) {
                    throw HttpFailure.unavailable(
                            "the result sink does not answer; jobs continue, try again");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw HttpFailure.unavailable("the gateway is closing; jobs continue, try again");
            }
            pause();
        }
    }

    private HttpResponse<InputStream> exchange(
            HttpRequest request, ClientConnection client, boolean waits) throws IOException {
        CompletableFuture<HttpResponse<InputStream>> answer =
                http.sendAsync(request, BodyHandlers.ofInputStream());
        if (waits) {
            drainable.add(answer);
            if (draining) {
                answer.cancel(true);
            }
        }
        try {
            return answer.get(WATCH_AFTER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException longWait) {
            client.watch(() -> answer.cancel(true));
            return late(answer);
        } catch (ExecutionException e) {
            throw new IOException("no answer from the sink", e.getCause());
        } catch (CancellationException e) {
            throw new IOException("the wait was ended", e);
        } catch (InterruptedException e) {
            throw interrupted(answer);
        } finally {
            drainable.remove(answer);
        }
    }

    private static HttpResponse<InputStream> late(
            CompletableFuture<HttpResponse<InputStream>> answer) throws IOException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException("no answer from the sink", e.getCause());
        } catch (CancellationException e) {
            throw new IOException("the wait was ended", e);
        } catch (InterruptedException e) {
            throw interrupted(answer);
        }
    }

    private static IOException interrupted(CompletableFuture<?> answer) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for the sink");
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HttpFailure.unavailable("the gateway is closing; jobs continue, try again");
        }
    }

    private HttpRequest get(String pathAndQuery, Duration timeout) {
        return request(pathAndQuery, timeout).GET().build();
    }

    private HttpRequest.Builder request(String pathAndQuery, Duration timeout) {
        HttpRequest.Builder request =
                secret.addTo(HttpRequest.newBuilder(sink.resolve(pathAndQuery)).timeout(timeout));
        String trace = TraceContext.current();
        return trace == null ? request : request.header(TraceContext.HEADER, trace);
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

    private static Duration atLeastZero(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
