package io.heritage.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.chaos.Observation.Answered;
import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Reconnected;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Calls the service through one of its gateways and records the answers. Any thread. */
final class ServiceClient implements AutoCloseable {

    /** Far longer than any promised wait, so that late replies are seen and not cut off. */
    private static final Duration BEYOND_WAIT = Duration.ofSeconds(90);

    private final List<String> gateways;
    private final ObservationLog log;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(30))
                    .build();
    private final AtomicInteger turn = new AtomicInteger();
    private final int attempts;

    /**
     * @param attempts calls at most, each of another gateway, while none takes the connection
     */
    ServiceClient(List<String> gateways, int attempts, ObservationLog log) {
        this.gateways = List.copyOf(gateways);
        this.attempts = attempts;
        this.log = log;
    }

    /**
     * @param body null unless the answer was whole JSON
     * @param jobId named by a header; empty if none
     */
    record ServiceAnswer(long began, long at, int http, @Nullable JsonNode body, String jobId) {
        boolean ok() {
            return http == 200 && body != null;
        }

        String text(String field) {
            return body == null ? "" : body.path(field).asText("");
        }
    }

    /**
     * @param job for the log: its id or its tag
     * @param path below the base, such as {@code chaos/status/ID}
     */
    ServiceAnswer call(Asked call, String job, String path, long waitMillis, GeneratedBody body)
            throws InterruptedException {
        return call(call, job, path, waitMillis, body, "");
    }

    /**
     * @param key the {@code Idempotency-Key}; empty for none
     */
    ServiceAnswer call(
            Asked call, String job, String path, long waitMillis, GeneratedBody body, String key)
            throws InterruptedException {
        int first = Math.floorMod(turn.getAndIncrement(), gateways.size());
        for (int tries = 1; ; tries++) {
            int gateway = (first + tries - 1) % gateways.size();
            HttpRequest request =
                    request(gateways.get(gateway) + path, call, waitMillis, body, key);
            long began = log.now();
            try {
                HttpResponse<InputStream> response =
                        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
                return answered(began, job, call, gateway + 1, waitMillis, body, response);
            } catch (IOException broken) {
                if (tries < attempts && !(broken instanceof HttpTimeoutException)) {
                    log.add(
                            new Reconnected(
                                    began, log.now(), job, call, gateway + 1, broken.toString()));
                    continue;
                }
                return note(began, job, call, gateway + 1, waitMillis, body.bytes, 0, null, "");
            }
        }
    }

    private static HttpRequest request(
            String address, Asked call, long waitMillis, GeneratedBody body, String key) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address))
                        .timeout(Duration.ofMillis(waitMillis).plus(BEYOND_WAIT))
                        .header("Authorization", "Bearer " + Cluster.KEY)
                        .method(call == Asked.MEDIA ? "PUT" : "POST", body.publisher());
        return key.isEmpty() ? request.build() : request.header("Idempotency-Key", key).build();
    }

    private ServiceAnswer answered(
            long began,
            String job,
            Asked call,
            int gateway,
            long waitMillis,
            GeneratedBody body,
            HttpResponse<InputStream> response) {
        String jobId = response.headers().firstValue("X-Heritage-Job-Id").orElse("");
        int status = response.statusCode();
        JsonNode json = null;
        var counted = new Counted();
        try (InputStream in = counted.of(response.body())) {
            json = JobOutput.JSON.readTree(in);
        } catch (IOException broken) {
            status = 0;
        }
        long bytes = body.bytes + counted.bytes;
        return note(began, job, call, gateway, waitMillis, bytes, status, json, jobId);
    }

    private ServiceAnswer note(
            long began,
            String job,
            Asked call,
            int gateway,
            long waitMillis,
            long bytes,
            int status,
            @Nullable JsonNode json,
            String jobId) {
        long at = log.now();
        log.add(new Answered(began, at, job, call, gateway, waitMillis, bytes, status));
        return new ServiceAnswer(began, at, status, json, jobId);
    }

    /** Counts what is read. */
    private static final class Counted {
        private long bytes;

        InputStream of(InputStream in) {
            return new java.io.FilterInputStream(in) {
                @Override
                public int read() throws IOException {
                    int b = super.read();
                    bytes += b < 0 ? 0 : 1;
                    return b;
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    int n = super.read(buffer, offset, length);
                    bytes += Math.max(0, n);
                    return n;
                }
            };
        }
    }

    /** The body of a request, made while it is sent. */
    static final class GeneratedBody {
        static final GeneratedBody NONE = new GeneratedBody("", new byte[0], "");

        private final byte[] head;
        private final byte[] media;
        private final byte[] tail;
        private final long bytes;

        private GeneratedBody(String head, byte[] media, String tail) {
            this(head.getBytes(StandardCharsets.UTF_8), media, tail);
        }

        private GeneratedBody(byte[] head, byte[] media, String tail) {
            this.head = head;
            this.media = media;
            this.tail = tail.getBytes(StandardCharsets.UTF_8);
            this.bytes = this.head.length + 4L * ((media.length + 2) / 3) + this.tail.length;
        }

        /**
         * @param webhook empty for none
         */
        static GeneratedBody of(Customer customer, byte[] media, String webhook) {
            var policy = JobOutput.JSON.createObjectNode();
            if (customer.executionTimeoutMillis() > 0) {
                policy.put("executionTimeout", customer.executionTimeoutMillis());
            }
            policy.put("lowPriority", customer.lowPriority());
            String hook = webhook.isEmpty() ? "" : "\"webhook\":\"" + webhook + "\",";
            return new GeneratedBody(
                    "{%s\"policy\":%s,\"input\":{\"script\":%s,\"start_image_base64\":\""
                            .formatted(hook, policy, customer.script().toJson()),
                    media,
                    "\"}}");
        }

        /** Media as they are. */
        static GeneratedBody of(byte[] media) {
            return new GeneratedBody(media, new byte[0], "");
        }

        /**
         * @param media their reference
         */
        static GeneratedBody of(BatchCustomer batch, String media) {
            var body = JobOutput.JSON.createObjectNode();
            body.putObject("input").put("start_image_base64", media);
            var inputs = body.putArray("inputs");
            for (Customer job : batch.jobs()) {
                inputs.addObject().set("script", job.script().toJson());
            }
            return new GeneratedBody(body.toString(), new byte[0], "");
        }

        private BodyPublisher publisher() {
            return bytes == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.fromPublisher(
                            BodyPublishers.ofInputStream(this::stream), bytes);
        }

        private InputStream stream() {
            return new SequenceInputStream(
                    Collections.enumeration(
                            List.of(
                                    new ByteArrayInputStream(head),
                                    base64(media),
                                    new ByteArrayInputStream(tail))));
        }

        /** Encodes piece by piece: 20 MB as text would be there once for every client. */
        private static InputStream base64(byte[] media) {
            var pieces = new ArrayList<InputStream>();
            for (int from = 0; from < media.length; from += 48_000) {
                int start = from;
                int length = Math.min(48_000, media.length - from);
                pieces.add(
                        new LazyInput(() -> {
                            byte[] piece = new byte[length];
                            System.arraycopy(media, start, piece, 0, length);
                            return Base64.getEncoder().encode(piece);
                        }));
            }
            return new SequenceInputStream(Collections.enumeration(pieces));
        }
    }

    /** Bytes that are made when they are read. */
    private static final class LazyInput extends InputStream {
        private final java.util.function.Supplier<byte[]> bytes;
        private @Nullable InputStream made;

        LazyInput(java.util.function.Supplier<byte[]> bytes) {
            this.bytes = bytes;
        }

        private InputStream made() {
            InputStream now = made;
            if (now == null) {
                now = new ByteArrayInputStream(bytes.get());
                made = now;
            }
            return now;
        }

        @Override
        public int read() throws IOException {
            return made().read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return made().read(buffer, offset, length);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
