package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Submits jobs to one endpoint and follows them. Any thread. */
public final class EndpointClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration REPLY = Duration.ofMinutes(5);
    private static final int ERROR_BYTES = 4096;

    private final EndpointUrl endpoint;
    private final Optional<String> key;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();

    public EndpointClient(EndpointUrl endpoint, Optional<String> key) {
        this.endpoint = endpoint;
        this.key = key;
    }

    /** {@code /run}: returns with the job in the queue. */
    public ServerReply submit(JobRequest request) throws IOException, InterruptedException {
        return call(
                request("run").header("Content-Type", "application/json").POST(request.body()),
                noFrames());
    }

    /**
     * {@code /status-sync}: the state as soon as the job is terminal, at the latest after {@code
     * wait}. The frames of a completed job go to the target while they arrive.
     */
    public ServerReply await(String jobId, Duration wait, FrameTarget target)
            throws IOException, InterruptedException {
        return call(request("status-sync/" + jobId + "?wait=" + wait.toMillis()).GET(), target);
    }

    /** {@code /cancel}. */
    public ServerReply cancel(String jobId) throws IOException, InterruptedException {
        BodyPublisher empty = BodyPublishers.noBody();
        return call(request("cancel/" + jobId).POST(empty), noFrames());
    }

    private HttpRequest.Builder request(String operation) {
        URI uri = endpoint.operation(operation);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(REPLY);
        key.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        return request;
    }

    private ServerReply call(HttpRequest.Builder builder, FrameTarget target)
            throws IOException, InterruptedException {
        HttpRequest request = builder.build();
        HttpResponse<InputStream> response;
        try {
            response = http.send(request, BodyHandlers.ofInputStream());
        } catch (ConnectException refused) {
            throw new IOException("nothing answers at " + endpoint, refused);
        }
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw refused(response.statusCode(), body);
            }
            return ReplyReader.read(body, target);
        } catch (IOException e) {
            // Streams tell of an interrupt in their own way.
            if (Thread.interrupted() || e.getCause() instanceof InterruptedException) {
                throw new InterruptedException("stopped while reading the reply");
            }
            throw e;
        }
    }

    private ServerRefused refused(int status, InputStream body) throws IOException {
        String text =
                new String(body.readNBytes(ERROR_BYTES), java.nio.charset.StandardCharsets.UTF_8);
        return new ServerRefused(
                status, "%s answers %d: %s".formatted(endpoint, status, errorText(text)));
    }

    private static String errorText(String body) {
        try {
            JsonNode error = Wire.json().readTree(body).path("error");
            return error.isTextual() ? error.textValue() : body.strip();
        } catch (IOException notJson) {
            return body.strip().lines().findFirst().orElse("no explanation");
        }
    }

    private static FrameTarget noFrames() {
        return index -> java.io.OutputStream.nullOutputStream();
    }

    /** Does not wait for calls under way. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
