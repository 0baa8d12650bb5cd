package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Wire;
import io.heritage.standalone.download.StallGuard;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * HTTP calls to one server: its key, time limits, and what goes wrong as exceptions. Any thread.
 */
final class ServerCalls implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration REPLY = Duration.ofMinutes(5);
    private static final Duration SILENCE = Duration.ofMinutes(1);
    private static final int ERROR_BYTES = 4096;

    /** Lists and facts; media never come this way. */
    private static final int JSON_BYTES = 64 << 20;

    private final Optional<String> key;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();

    ServerCalls(Optional<String> key) {
        this.key = key;
    }

    HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(REPLY);
        key.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        return request;
    }

    /** Reads a body. */
    interface BodyReader<T> {
        T read(InputStream body) throws IOException, InterruptedException;
    }

    /**
     * @param where for messages
     * @throws ServerRefused if the answer is not a success
     * @throws ServerUnreachable if none came, or it broke off
     */
    <T> T call(HttpRequest.Builder builder, String where, BodyReader<T> reader)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response = send(builder.build(), where);
        try (InputStream body = response.body()) {
            if (response.statusCode() / 100 != 2) {
                throw refused(response.statusCode(), body, where);
            }
            return reader.read(body);
        } catch (ServerRefused refused) {
            throw refused;
        } catch (IOException e) {
            // Streams tell of an interrupt in their own way.
            if (Thread.interrupted() || e.getCause() instanceof InterruptedException) {
                throw new InterruptedException("stopped while reading the reply");
            }
            throw e;
        }
    }

    private HttpResponse<InputStream> send(HttpRequest request, String where)
            throws IOException, InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofInputStream());
        } catch (ConnectException refused) {
            throw new ServerUnreachable("nothing answers at " + where, refused);
        } catch (IOException broken) {
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

    JsonNode json(HttpRequest.Builder builder, String where)
            throws IOException, InterruptedException {
        return call(builder, where, body -> json(body, where));
    }

    private static JsonNode json(InputStream body, String where) throws IOException {
        try (var guard = new StallGuard(body, SILENCE)) {
            byte[] bytes = body.readNBytes(JSON_BYTES + 1);
            if (bytes.length > JSON_BYTES) {
                throw new IOException("it has more than 64 MiB; ask for links in place of media");
            }
            if (guard.stalled()) {
                throw new IOException("nothing came for " + SILENCE.toSeconds() + " s");
            }
            return Wire.json().readTree(bytes);
        } catch (IOException broken) {
            throw new ServerUnreachable(
                    "%s: the reply cannot be read: %s".formatted(where, broken.getMessage()),
                    broken);
        }
    }

    private static ServerRefused refused(int status, InputStream body, String where)
            throws IOException {
        String text = new String(body.readNBytes(ERROR_BYTES), StandardCharsets.UTF_8);
        return new ServerRefused(
                status, "%s answers %d: %s".formatted(where, status, errorText(text)));
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
