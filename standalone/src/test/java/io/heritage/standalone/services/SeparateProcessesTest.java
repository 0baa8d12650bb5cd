package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Wire;
import io.heritage.standalone.Heritage;
import io.heritage.standalone.services.Requests.Reply;
import io.heritage.transport.broker.EmbeddedBrokerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker, gateway, sink and processors as processes of their own, one of which is killed. */
class SeparateProcessesTest {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PROMPT = "a prompt that nobody else reads";

    private final Deque<Process> processes = new ArrayDeque<>();
    @TempDir Path folder;

    @AfterEach
    void stopAll() throws InterruptedException {
        while (!processes.isEmpty()) {
            UpProcess.stop(processes.pop());
        }
    }

    @Test
    void aJobWhoseProcessorIsKilledIsDoneByTheNextOneInTheSameTrace() throws Exception {
        try (var collector = new SpanCollector()) {
            run(collector);
        }
    }

    private void run(SpanCollector collector) throws Exception {
        int gatewayPort = FreePort.choose();
        int sinkPort = FreePort.choose();
        Map<String, String> settings =
                new HashMap<>(
                        Map.of(
                                "HERITAGE_KAFKA_BOOTSTRAP_SERVERS", startBroker(),
                                "HERITAGE_KAFKA_MEDIA_PARTITIONS", "4",
                                "HERITAGE_ADMIN_PORT", "0",
                                "HERITAGE_GATEWAY_PORT", Integer.toString(gatewayPort),
                                "HERITAGE_GATEWAY_SINK", "http://127.0.0.1:" + sinkPort,
                                "HERITAGE_SINK_PORT", Integer.toString(sinkPort),
                                "HERITAGE_SINK_STATE_DIR", folder.resolve("state").toString(),
                                "HERITAGE_PROCESSOR_MODELS", folder.resolve("none").toString()));
        settings.put("HERITAGE_SINK_WEBHOOK_PRIVATE_ADDRESSES", "true");
        settings.put("HERITAGE_TRACING_ENDPOINT", collector.url());
        startPart("sink", settings);
        startPart("gateway", settings);
        Process doomed = startPart("processor", settings);
        try (var client = new Requests(gatewayPort)) {
            awaitHealthy(client);
            String job =
                    client.post(
                                    "interpolate/run",
                                    body(collector),
                                    "traceparent",
                                    "00-" + TRACE + "-00f067aa0ba902b7-01")
                            .id();
            awaitRunning(client, job);

            UpProcess.kill(doomed);
            startPart("processor", settings);

            Reply done = client.await("interpolate", job);
            assertThat(done.state()).as(done.error()).isEqualTo("COMPLETED");
            assertThat(done.json().path("output").path("frames")).hasSize(33);
            assertThat(done.json().path("retries").asInt()).isPositive();
            Process flex = start(settings, Heritage.class, "processor", "--exit-when-idle", "1");
            // Each process sends its spans when it likes.
            await().atMost(DEADLINE).untilAsserted(() -> requireOneTrace(collector));
            assertThat(flex.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(flex.exitValue()).as("of a worker that was idle").isZero();
        }
    }

    private static String body(SpanCollector collector) throws IOException {
        ObjectNode body =
                (ObjectNode)
                        Wire.json()
                                .readTree(
                                        Requests.interpolation(
                                                Requests.picture(96, 96, 0.4),
                                                Requests.picture(96, 96, 0.6),
                                                17));
        body.put("webhook", collector.url() + "/hook/hook-secret");
        ((ObjectNode) body.path("input")).put("prompt", PROMPT);
        return body.toString();
    }

    /** From the client's request to the webhook, through three processes and a fourth. */
    private static void requireOneTrace(SpanCollector collector) {
        assertThat(collector.spansOf(TRACE))
                .extracting(SpanCollector.Span::name)
                .contains("POST run", "fold", "webhook", "interpolate", "send heritage.events")
                .anyMatch(name -> name.startsWith("process heritage.jobs."));
        var byId = new HashMap<String, String>();
        collector.spansOf(TRACE).forEach(span -> byId.put(span.id(), span.name()));
        assertThat(collector.spansOf(TRACE))
                .allSatisfy(span -> {
                    String parent = byId.getOrDefault(span.parent(), "the client or one killed");
                    switch (span.name()) {
                        case "send heritage.jobs.interpolate.high" ->
                                assertThat(parent).isEqualTo("POST run");
                        case "webhook", "queue" ->
                                assertThat(parent).startsWith("send heritage.jobs.");
                        case "fold" -> assertThat(parent).isEqualTo("send heritage.events");
                        case "send heritage.events" ->
                                assertThat(parent).matches("process.*|.*killed");
                        case "interpolate" -> assertThat(parent).matches("process.*|.*killed");
                        default -> assertThat(span.parent()).isNotEmpty();
                    }
                });
        String webhook =
                collector.spansOf(TRACE).stream()
                        .filter(span -> span.name().equals("webhook"))
                        .map(SpanCollector.Span::id)
                        .findFirst()
                        .orElseThrow();
        assertThat(collector.hooks()).contains("00-" + TRACE + "-" + webhook + "-01");
        assertThat(collector.everything())
                .contains("heritage-gateway", "heritage-processor", "heritage-sink")
                .doesNotContain(PROMPT)
                .doesNotContain("hook-secret");
    }

    private String startBroker() throws IOException {
        Process broker =
                start(Map.of(), EmbeddedBrokerMain.class, folder.resolve("broker").toString(), "0");
        // Not closed: that would close the broker's stdout.
        var out =
                new BufferedReader(
                        new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8));
        String line = Objects.requireNonNull(out.readLine(), "the broker ended");
        assertThat(line).startsWith("ready ");
        return line.substring("ready ".length());
    }

    private Process startPart(String part, Map<String, String> settings) throws IOException {
        return start(settings, Heritage.class, part);
    }

    private Process start(Map<String, String> settings, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx384m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("HERITAGE_"));
        builder.environment().putAll(settings);
        Process process = builder.start();
        processes.push(process);
        return process;
    }

    private static void awaitHealthy(Requests client) {
        await().atMost(DEADLINE)
                .ignoreException(ConnectException.class)
                .untilAsserted(() -> {
                    Reply health = client.get("interpolate/health");
                    assertThat(health.status()).isEqualTo(200);
                    assertThat(health.json().path("workers").path("ready").asInt()).isEqualTo(1);
                });
    }

    private static void awaitRunning(Requests client, String job) {
        await().atMost(DEADLINE)
                .until(
                        () -> client.get("interpolate/status/" + job).state(),
                        "IN_PROGRESS"::equals);
    }
}
