package io.heritage.standalone.services;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.PngEncoder;
import io.heritage.media.RgbFrame;
import io.heritage.schemas.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.awaitility.Awaitility;

/** A plain HTTP client of a server under test, and the pictures it sends. */
final class Requests implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final int UNAVAILABLE = 503;

    private final int port;
    private final String key;
    private final HttpClient http = HttpClient.newHttpClient();

    Requests(int port) {
        this(port, "");
    }

    Requests(int port, String key) {
        this.port = port;
        this.key = key;
    }

    /** What came back: the status of HTTP and the body. */
    record Reply(int status, JsonNode json) {
        String error() {
            return json.path("error").asText();
        }

        String state() {
            return json.path("status").asText();
        }

        String id() {
            return json.path("id").asText();
        }

        boolean isOver() {
            return !state().equals("IN_QUEUE") && !state().equals("IN_PROGRESS");
        }
    }

    Reply post(String operation, String body) throws IOException, InterruptedException {
        return send(request(operation).POST(BodyPublishers.ofString(body)));
    }

    /**
     * @param headers name, value and so on
     */
    Reply post(String operation, String body, String... headers)
            throws IOException, InterruptedException {
        return send(request(operation).POST(BodyPublishers.ofString(body)).headers(headers));
    }

    Reply put(String operation, byte[] body, String... headers)
            throws IOException, InterruptedException {
        return send(request(operation).PUT(BodyPublishers.ofByteArray(body)).headers(headers));
    }

    Reply get(String operation) throws IOException, InterruptedException {
        return send(request(operation).GET());
    }

    /** The first answer, whatever it is. */
    Reply getOnce(String operation) throws IOException, InterruptedException {
        return sendOnce(request(operation).GET());
    }

    /** The first answer, whatever it is. */
    Reply postOnce(String operation, String body) throws IOException, InterruptedException {
        return sendOnce(request(operation).POST(BodyPublishers.ofString(body)));
    }

    /** The body of any path. */
    String page(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return http.send(
                        HttpRequest.newBuilder(uri).timeout(DEADLINE).build(),
                        BodyHandlers.ofString())
                .body();
    }

    /** Asks until the job is over. */
    Reply await(String endpoint, String job) {
        return Awaitility.await("the end of job " + job)
                .atMost(DEADLINE)
                .pollDelay(Duration.ZERO)
                .until(() -> get(endpoint + "/status-sync/" + job + "?wait=5000"), Reply::isOver);
    }

    private HttpRequest.Builder request(String operation) {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v2/" + operation))
                        .timeout(DEADLINE);
        return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
    }

    /** As clients do: what is unavailable for a moment, on a busy machine, is asked again. */
    private Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
        Reply reply = sendOnce(request);
        return reply.status() == UNAVAILABLE
                ? Awaitility.await()
                        .atMost(DEADLINE)
                        .until(() -> sendOnce(request), again -> again.status() != UNAVAILABLE)
                : reply;
    }

    private Reply sendOnce(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                http.send(request.build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            return new Reply(response.statusCode(), Wire.json().readTree(body));
        }
    }

    /** Sends bytes as they are, closes the sending side, and reads what comes. */
    String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static String interpolation(String start, String end, int frameLength) {
        return """
        {"input":{"start_image_base64":"%s","end_image_base64":"%s","resolution":480,"frame_length":%d}}\
        """
                .formatted(start, end, frameLength);
    }

    /** A bright disc on a dark ground, in base64. */
    static String picture(int width, int height, double discX) throws IOException {
        try (RgbFrame frame = RgbFrame.allocate(width, height);
                var encoder = new PngEncoder()) {
            ByteBuffer pixels = frame.pixels();
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    boolean inside = Math.hypot(x - discX * width, y - 0.5 * height) < 0.2 * height;
                    pixels.put((byte) (inside ? 230 : 20 + x * 60 / width));
                    pixels.put((byte) (inside ? 120 : 40 + y * 60 / height));
                    pixels.put((byte) 60);
                }
            }
            var png = new ByteArrayOutputStream();
            encoder.encode(frame, png);
            return Base64.getEncoder().encodeToString(png.toByteArray());
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
