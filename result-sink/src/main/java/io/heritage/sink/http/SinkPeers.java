package io.heritage.sink.http;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.http.InternalSecret;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobId;
import io.heritage.schemas.SinkApi;
import io.heritage.schemas.Wire;
import io.heritage.sink.queue.QueueSample;
import io.heritage.sink.queue.QueueWaits;
import io.heritage.sink.store.JobCounters;
import io.heritage.sink.store.JobPage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.streams.state.HostInfo;

/** The other sinks of the installation, asked on behalf of a gateway. Any thread. */
public final class SinkPeers implements AutoCloseable {
    /** Marks a request from another sink, which must not be forwarded again. */
    static final String FORWARDED = "x-heritage-forwarded";

    static final String COUNTERS = "/counters";
    static final String WAITS = "/waits";
    static final String LONGER_THAN = "longerThan";
    static final String AT_MOST = "atMost";
    static final String PURGES = "/purges/";
    static final String QUEUE = "/queue";
    static final String SUMMARY = "/summary";
    static final String TOPIC = "topic";

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration QUEUE_TOLD_WITHIN = Duration.ofMillis(500);
    private static final Duration LISTED_WITHIN = Duration.ofSeconds(10);

    private final InternalSecret secret;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .executor(threads)
                    .build();

    /**
     * @param secret that the other sinks ask for
     */
    public SinkPeers(InternalSecret secret) {
        this.secret = secret;
    }

    /**
     * @param answeredWithin the time the request itself asks for, over which some is given
     * @return the other's answer, its body to be closed by the caller
     */
    HttpResponse<InputStream> ask(
            HostInfo sink, String method, String pathAndQuery, Duration answeredWithin)
            throws IOException, InterruptedException {
        HttpRequest request =
                secret.addTo(HttpRequest.newBuilder(uri(sink, pathAndQuery)))
                        .method(method, BodyPublishers.noBody())
                        .header(FORWARDED, "1")
                        .timeout(answeredWithin.plus(TIMEOUT))
                        .build();
        return client.send(request, BodyHandlers.ofInputStream());
    }

    JobCounters counters(HostInfo sink, EndpointId endpoint)
            throws IOException, InterruptedException {
        byte[] body = get(sink, SinkApi.ENDPOINTS + endpoint + COUNTERS);
        return Wire.decode(body, JobCounters.class);
    }

    QueueWaits waits(HostInfo sink, EndpointId endpoint, Duration patience, int atMost)
            throws IOException, InterruptedException {
        byte[] body =
                get(
                        sink,
                        "%s%s%s?%s=%d&%s=%d"
                                .formatted(
                                        SinkApi.ENDPOINTS,
                                        endpoint,
                                        WAITS,
                                        LONGER_THAN,
                                        patience.toMillis(),
                                        AT_MOST,
                                        atMost));
        return Wire.decode(body, QueueWaits.class);
    }

    /** Jobs of the other sink that a purge has cancelled, by partition, where it is complete. */
    Map<Integer, Long> purged(HostInfo sink, EndpointId endpoint, JobId purge)
            throws IOException, InterruptedException {
        byte[] body = get(sink, SinkApi.ENDPOINTS + endpoint + PURGES + purge);
        return Wire.json().readValue(body, new TypeReference<Map<Integer, Long>>() {});
    }

    /**
     * A page of the other sink's jobs.
     *
     * @param pathAndQuery as this sink was asked
     */
    JobPage<ObjectNode> jobs(HostInfo sink, String pathAndQuery)
            throws IOException, InterruptedException {
        return JobList.page(
                Wire.json().readValue(get(sink, pathAndQuery, LISTED_WITHIN), ObjectNode.class));
    }

    /** Places of the other sink's jobs in a queue, by partition. */
    List<QueueSample> queue(HostInfo sink, EndpointId endpoint, String topic)
            throws IOException, InterruptedException {
        String path = "%s%s%s?%s=%s".formatted(SinkApi.ENDPOINTS, endpoint, QUEUE, TOPIC, topic);
        return Wire.json()
                .readValue(
                        get(sink, path, QUEUE_TOLD_WITHIN),
                        new TypeReference<List<QueueSample>>() {});
    }

    /** A job of the other sink as lists show it; empty if it is not the owner's. */
    Optional<ObjectNode> summary(HostInfo sink, JobId job, EndpointId endpoint, String owner)
            throws IOException, InterruptedException {
        String path =
                "%s%s%s?%s=%s&%s=%s"
                        .formatted(
                                SinkApi.JOBS,
                                job,
                                SUMMARY,
                                SinkApi.ENDPOINT,
                                endpoint,
                                SinkApi.OWNER,
                                URLEncoder.encode(owner, StandardCharsets.UTF_8));
        HttpResponse<InputStream> answer = ask(sink, "GET", path, Duration.ZERO);
        try (InputStream body = answer.body()) {
            return answer.statusCode() == 200
                    ? Optional.of(Wire.json().readValue(body, ObjectNode.class))
                    : Optional.empty();
        }
    }

    private byte[] get(HostInfo sink, String path) throws IOException, InterruptedException {
        return get(sink, path, TIMEOUT);
    }

    private byte[] get(HostInfo sink, String path, Duration answeredWithin)
            throws IOException, InterruptedException {
        HttpRequest request =
                secret.addTo(HttpRequest.newBuilder(uri(sink, path)))
                        .header(FORWARDED, "1")
                        .timeout(answeredWithin)
                        .build();
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(
                    "%s answered %d when asked for %s"
                            .formatted(sink, response.statusCode(), path));
        }
        return response.body();
    }

    @Override
    public void close() {
        client.shutdownNow();
        threads.shutdownNow();
    }

    private static URI uri(HostInfo sink, String pathAndQuery) {
        return URI.create("http://" + sink.host() + ":" + sink.port() + pathAndQuery);
    }
}
