package io.heritage.gateway.sink;

import io.heritage.gateway.error.HttpFailure;
import io.heritage.http.InternalSecret;
import io.heritage.observe.trace.TraceContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** Sends requests to the sink, with the secret that it expects and the trace of their thread. */
final class SinkConnection implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final URI sink;
    private final InternalSecret secret;
    private final HttpClient http;

    SinkConnection(URI sink, InternalSecret secret) {
        this.sink = sink;
        this.secret = secret;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
    }

    /**
     * @param timeout for the head of the answer
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> get(String pathAndQuery, Duration timeout) {
        return once("GET", pathAndQuery, timeout);
    }

    /**
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> post(String pathAndQuery, Duration timeout) {
        return once("POST", pathAndQuery, timeout);
    }

    /** As {@link #get}, without waiting for the answer. */
    CompletableFuture<HttpResponse<InputStream>> getLater(String pathAndQuery, Duration timeout) {
        return http.sendAsync(request("GET", pathAndQuery, timeout), BodyHandlers.ofInputStream());
    }

    /**
     * @throws IOException if the sink cannot be reached, or the answer is lost
     * @throws HttpFailure 503 if the gateway is closing
     */
    HttpResponse<InputStream> send(String method, String pathAndQuery, Duration timeout)
            throws IOException {
        try {
            return http.send(request(method, pathAndQuery, timeout), BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw closing();
        }
    }

    static HttpFailure away() {
        return HttpFailure.unavailable("the result sink does not answer; jobs continue, try again");
    }

    static HttpFailure closing() {
        return HttpFailure.unavailable("the gateway is closing; jobs continue, try again");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpResponse<InputStream> once(String method, String pathAndQuery, Duration timeout) {
        try {
            return send(method, pathAndQuery, timeout);
        } catch (IOException e) {
            throw away();
        }
    }

    private HttpRequest request(String method, String pathAndQuery, Duration timeout) {
        HttpRequest.Builder request =
                secret.addTo(HttpRequest.newBuilder(sink.resolve(pathAndQuery)).timeout(timeout))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        String trace = TraceContext.current();
        return (trace == null ? request : request.header(TraceContext.HEADER, trace)).build();
    }
}
