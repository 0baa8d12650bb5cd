package io.heritage.sink.config;

import io.heritage.http.HostNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of a sink.
 *
 * @param host address the HTTP interface for gateways binds to
 * @param port of it; 0 takes any free one
 * @param advertisedHost where other sinks reach this one; empty takes {@code host}
 * @param stateDir local copy of the folded states; may be lost, it is rebuilt from Kafka, but a
 *     restart is quicker with it
 * @param instanceId unique among the sinks of an installation and the same after a restart: a sink
 *     that comes back under its name gets its share of the jobs back within seconds
 * @param lostAfter an attempt whose worker has been silent for so long is given up; longer than the
 *     queue's lock, since the queue redelivers by itself first
 * @param lostJobRetries a job fails after one more start than this whose worker stopped before
 *     finishing; starts that were handed back do not count
 * @param webhookTimeout of one attempt; large bodies get a second more for each MiB
 * @param webhookPauses before the second, third, … attempt
 * @param webhookPrivateAddresses whether webhooks may go to loopback, private and link-local
 *     addresses, which clients that may submit jobs can then reach from this machine
 * @param webhooksAtOnce calls under way at the same time
 * @param repliesAtOnce replies with media streamed at the same time; each reads a few chunks ahead
 * @param secret that gateways and other sinks must show; empty where {@code host} is loopback: only
 *     this machine is then served, and no web page
 * @param publicUrl what links in replies begin with: where clients reach the gateway's operations
 * @param streamThreads threads that fold events
 * @param standbyReplicas further sinks that keep a warm copy of every state
 */
public record SinkConfig(
        String host,
        int port,
        String advertisedHost,
        Path stateDir,
        String instanceId,
        Duration lostAfter,
        int lostJobRetries,
        Duration webhookTimeout,
        List<Duration> webhookPauses,
        boolean webhookPrivateAddresses,
        int webhooksAtOnce,
        int repliesAtOnce,
        String secret,
        String publicUrl,
        int streamThreads,
        int standbyReplicas) {

    /** How long a job's worker is remembered. */
    private static final Duration LONGEST_LOST_AFTER = Duration.ofMinutes(5);

    public SinkConfig {
        webhookPauses = List.copyOf(webhookPauses);
        var wrong = new ArrayList<String>();
        require(wrong, !host.isBlank(), "host: expected an address to bind to");
        require(wrong, port >= 0 && port <= 65_535, "port: expected 0 to 65535, found " + port);
        require(
                wrong,
                instanceId.matches("[A-Za-z0-9._-]{1,100}"),
                "instance-id: expected 1 to 100 of A-Z a-z 0-9 . _ -, found '" + instanceId + "'");
        require(
                wrong,
                lostAfter.toMillis() >= 1000 && lostAfter.compareTo(LONGEST_LOST_AFTER) <= 0,
                "lost-after: expected 1 s to 5 m");
        require(wrong, lostJobRetries >= 0, "lost-job-retries: expected 0 or more");
        require(wrong, webhookTimeout.isPositive(), "webhook-timeout: expected more than 0");
        require(
                wrong,
                webhookPauses.stream().noneMatch(Duration::isNegative),
                "webhook-pauses: expected no negative time");
        require(wrong, webhooksAtOnce >= 1, "webhooks-at-once: expected at least 1");
        require(wrong, repliesAtOnce >= 1, "replies-at-once: expected at least 1");
        require(
                wrong,
                host.isBlank() || !secret.isEmpty() || HostNames.isLoopback(host),
                "host: %s can be reached from outside, so it needs a secret: set sink.secret and gateway.sink-secret to the same random text"
                        .formatted(host));
        require(
                wrong,
                publicUrl.matches("(https?://[^/?#\\s]+)?(/[^?#\\s]*)?")
                        && !publicUrl.endsWith("/"),
                "public-url: expected a path as /v2 or a URL as https://example.com/v2, found '%s'"
                        .formatted(publicUrl));
        require(wrong, streamThreads >= 1, "stream-threads: expected at least 1");
        require(wrong, standbyReplicas >= 0, "standby-replicas: expected 0 or more");
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("sink: " + String.join("; ", wrong));
        }
    }

    public static SinkConfig defaults() {
        return new SinkConfig(
                "127.0.0.1",
                8001,
                "",
                Path.of("data", "sink"),
                "sink-1",
                Duration.ofSeconds(60),
                1,
                Duration.ofSeconds(10),
                List.of(Duration.ofSeconds(5), Duration.ofSeconds(15)),
                false,
                16,
                64,
                "",
                "/v2",
                1,
                0);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "SinkConfig[%s:%d, state in %s, instance %s]"
                .formatted(host, port, stateDir, instanceId);
    }

    private static void require(List<String> wrong, boolean met, String otherwise) {
        if (!met) {
            wrong.add(otherwise);
        }
    }
}
