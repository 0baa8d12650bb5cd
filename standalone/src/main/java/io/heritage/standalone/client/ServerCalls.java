package io.heritage.standalone.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * HTTP calls to one server, with its key and time limits; failures become exceptions. Any thread.
 */
final class ServerCalls implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int ERROR_BYTES = 4096;

    /** Limit for lists and facts; media are never read this way. */
    private static final int JSON_BYTES = 64 << 20;

    private final Optional<String> key;
    private final CallLimits limits;
    private final HttpClient http;

    /**
     * @param server whose scheme tells whether there is TLS; the client follows no redirections
     */
    ServerCalls(URI server, Optional<String> key) {
        this(server, key, CallLimits.USUAL);
    }

    ServerCalls(URI server, Optional<String> key, CallLimits limits) {
        this.key = key;
        this.limits = limits;
        HttpClient.Builder client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT);
        if ("http".equalsIgnoreCase(server.getScheme())) {
            client.sslContext(new NoTls());
        }
        this.http = client.build();
    }

    /** A {@code timeout} of the request covers the call up to its reply; most need none. */
    HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        key.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        return request;
    }

    /** Reads a body. */
    interface ReplyParser<T> {
        T read(InputStream body) throws IOException, InterruptedException;
    }

    /**
     * @param where for messages
     * @throws ServerRefused if the answer is not a success
     * @throws ServerUnreachable if none came, or it broke off
     */
    <T> T call(HttpRequest.Builder builder, String where, ReplyParser<T> reader)
            throws IOException, InterruptedException {
        return call(builder, where, limits.silence(), reader);
    }

    /**
     * As above.
     *
     * @param silence longest time without data within the reply
     */
    <T> T call(HttpRequest.Builder builder, String where, Duration silence, ReplyParser<T> reader)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response = send(builder.build(), where);
        try (var body = new ArrivingBody(response.body(), where, silence)) {
            if (response.statusCode() / 100 != 2) {
                throw refused(response.statusCode(), body, where);
            }
            return reader.read(body);
        } catch (ServerRefused refused) {
            throw refused;
        } catch (IOException e) {
            throw broken(e, where);
        }
    }

    /** Maps the various exceptions of interrupted streams. */
    private static IOException broken(IOException e, String where) throws InterruptedException {
        boolean stopped = Thread.interrupted();
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            stopped |= cause instanceof InterruptedException;
        }
        if (stopped) {
            throw new InterruptedException("stopped while reading the reply");
        }
        return e instanceof JsonProcessingException notJson
                ? new ServerUnreachable(
                        "%s: the reply cannot be read: %s"
                                .formatted(where, notJson.getOriginalMessage()),
                        notJson)
                : e;
    }

    private HttpResponse<InputStream> send(HttpRequest request, String where)
            throws IOException, InterruptedException {
        var upload = new Upload(request.bodyPublisher().orElseGet(BodyPublishers::noBody));
        try {
            return answer(
                    http.sendAsync(watched(request, upload), BodyHandlers.ofInputStream()), upload);
        } catch (ConnectException refused) {
            throw new ServerUnreachable("nothing answers at " + where, refused);
        } catch (IOException broken) {
            if (upload.unreadable().isPresent()) {
                throw upload.unreadable().get();
            }
            throw new ServerUnreachable(
                    "%s does not answer: %s"
                            .formatted(
                                    where,
                                    broken.getMessage() == null
                                            ? broken.toString()
                                            : broken.getMessage()),
                    broken);
        }
    }

    private static HttpRequest watched(HttpRequest request, Upload upload) {
        return request.bodyPublisher().isEmpty()
                ? request
                : HttpRequest.newBuilder(request, (_, _) -> true)
                        .method(request.method(), upload)
                        .build();
    }

    /**
     * An upload may take any time while the server reads it; the limit of the answer begins then.
     */
    private HttpResponse<InputStream> answer(
            CompletableFuture<HttpResponse<InputStream>> coming, Upload upload)
            throws IOException, InterruptedException {
        try {
            while (true) {
                try {
                    return coming.get(limits.look().toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException notYet) {
                    requireLife(upload);
                }
            }
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException broken
                    ? broken
                    : new IOException(String.valueOf(failed.getCause()), failed);
        } finally {
            coming.cancel(true);
        }
    }

    private void requireLife(Upload upload) throws IOException {
        Duration limit = upload.isSent() ? limits.answer() : limits.silence();
        if (upload.silence().compareTo(limit) > 0) {
            throw new IOException(
                    (upload.isSent()
                                    ? "no answer for %d s"
                                    : "it has read nothing of the request for %d s")
                            .formatted(limit.toSeconds()));
        }
    }

    JsonNode json(HttpRequest.Builder builder, String where)
            throws IOException, InterruptedException {
        return call(builder, where, body -> json(body, where));
    }

    private static JsonNode json(InputStream body, String where) throws IOException {
        byte[] bytes = body.readNBytes(JSON_BYTES + 1);
        if (bytes.length > JSON_BYTES) {
            throw new IOException(
                    where + ": the reply has more than 64 MiB; ask for links in place of media");
        }
        JsonNode json = Wire.json().readTree(bytes);
        if (json.isMissingNode()) {
            String message = where + ": the reply is empty";
            throw new ServerUnreachable(message, new IOException(message));
        }
        return json;
    }

    /** A refusal remains one if its text breaks off. */
    private static ServerRefused refused(int status, InputStream body, String where)
            throws InterruptedException {
        String text;
        try {
            text = errorText(new String(body.readNBytes(ERROR_BYTES), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            broken(broken, where);
            text = "(its explanation is incomplete)";
        }
        return new ServerRefused(status, "%s answers %d: %s".formatted(where, status, text));
    }

    private static String errorText(String body) {
        try {
            JsonNode error = Wire.json().readTree(body).path("error");
            return error.isTextual() ? error.textValue() : body.strip();
        } catch (IOException notJson) {
            return body.strip().lines().findFirst().orElse("no explanation");
        }
    }

    /** Does not wait for calls under way. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
