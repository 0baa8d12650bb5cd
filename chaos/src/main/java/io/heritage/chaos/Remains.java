package io.heritage.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Leftovers of a run: in sinks, in Kafka, and on the disk. */
final class Remains {
    private static final Duration GONE_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(10);

    /** Waiting callers, and queue records that are locked or unfinished. */
    private static final List<String> NOTHING =
            List.of("heritage_sink_waiting", "heritage_share_lag");

    private Remains() {}

    /**
     * Waits for it to go.
     *
     * @param adminPorts of the sinks, by name
     */
    static List<String> of(Map<String, Integer> adminPorts) throws InterruptedException {
        long deadline = System.nanoTime() + GONE_WITHIN.toNanos();
        try (var http = HttpClient.newHttpClient()) {
            while (true) {
                List<String> left = now(http, adminPorts);
                if (left.isEmpty() || System.nanoTime() > deadline) {
                    return left;
                }
                Thread.sleep(POLL);
            }
        }
    }

    private static List<String> now(HttpClient http, Map<String, Integer> adminPorts)
            throws InterruptedException {
        var left = new ArrayList<String>();
        for (Map.Entry<String, Integer> sink : adminPorts.entrySet()) {
            try {
                HttpResponse<String> page =
                        http.send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        "http://127.0.0.1:%d/observe/metrics"
                                                                .formatted(sink.getValue())))
                                        .timeout(TOLD_WITHIN)
                                        .build(),
                                BodyHandlers.ofString());
                in(page.body()).forEach(line -> left.add(sink.getKey() + ": " + line));
            } catch (IOException e) {
                left.add(sink.getKey() + " does not report: " + e);
            }
        }
        return left;
    }

    /** Lines of a page of metrics that say that something is there, or do not say it is not. */
    static List<String> in(String page) {
        var left = new ArrayList<String>();
        for (String metric : NOTHING) {
            List<String> lines =
                    page.lines().filter(line -> line.matches(metric + "[ {].*")).toList();
            if (lines.isEmpty()) {
                left.add(metric + " is missing");
            }
            lines.stream().filter(line -> !line.matches(".* 0(\\.0)?")).forEach(left::add);
        }
        return left;
    }

    /** Topics that there were not before; Kafka's own are there from when they are needed. */
    static List<String> topics(List<String> before, List<String> after) {
        return after.stream()
                .filter(topic -> !before.contains(topic) && !topic.startsWith("__"))
                .map(topic -> "topic " + topic)
                .toList();
    }

    /**
     * Files that processes have left behind.
     *
     * @param temporary folder that all of them had for such
     */
    static List<String> files(Path temporary) throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> "file " + temporary.relativize(file))
                    .toList();
        }
    }
}
