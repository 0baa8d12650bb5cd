package io.heritage.chaos;

import io.heritage.http.AdminServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;

/**
 * Whether a started part is ready: a broker if no partition is under-replicated, any other part if
 * its readiness probe says so.
 */
final class Readiness implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final Duration ASKED_WITHIN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Cluster cluster;
    private final Admin admin;
    private final HttpClient http = HttpClient.newHttpClient();

    Readiness(Cluster cluster) {
        this.cluster = cluster;
        this.admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
    }

    /**
     * @return false if it is not ready in time
     */
    boolean await(Part part) throws InterruptedException {
        long deadline = System.nanoTime() + WITHIN.toNanos();
        while (!isReady(part)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(POLL);
        }
        return true;
    }

    private boolean isReady(Part part) throws InterruptedException {
        return part.kind() == Part.Kind.BROKER
                ? everyCopyIsThere()
                : saysSo(cluster.adminPort(part.name()));
    }

    private boolean everyCopyIsThere() throws InterruptedException {
        try {
            var names = admin.listTopics(new ListTopicsOptions().listInternal(true)).names();
            return admin.describeTopics(names.get()).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.isr().size() == partition.replicas().size());
        } catch (ExecutionException notYet) {
            return false;
        }
    }

    private boolean saysSo(int port) throws InterruptedException {
        URI probe = URI.create("http://127.0.0.1:" + port + AdminServer.HEALTH + "ready");
        try {
            return http.send(
                                    HttpRequest.newBuilder(probe).timeout(ASKED_WITHIN).build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        admin.close();
        http.close();
    }
}
