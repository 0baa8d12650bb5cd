package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heritage.standalone.Heritage;
import io.heritage.standalone.services.Requests.Reply;
import io.heritage.transport.broker.EmbeddedBrokerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker, gateway, sink and processors as processes of their own, one of which is killed. */
class SeparateProcessesTest {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private final Deque<Process> processes = new ArrayDeque<>();
    @TempDir Path folder;

    @AfterEach
    void stopAll() throws InterruptedException {
        while (!processes.isEmpty()) {
            Process process = processes.pop();
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aJobWhoseProcessorIsKilledIsDoneByTheNextOne() throws Exception {
        int gatewayPort = freePort();
        int sinkPort = freePort();
        Map<String, String> settings =
                Map.of(
                        "HERITAGE_KAFKA_BOOTSTRAP_SERVERS", startBroker(),
                        "HERITAGE_KAFKA_MEDIA_PARTITIONS", "4",
                        "HERITAGE_ADMIN_PORT", "0",
                        "HERITAGE_GATEWAY_PORT", Integer.toString(gatewayPort),
                        "HERITAGE_GATEWAY_SINK", "http://127.0.0.1:" + sinkPort,
                        "HERITAGE_SINK_PORT", Integer.toString(sinkPort),
                        "HERITAGE_SINK_STATE_DIR", folder.resolve("state").toString(),
                        "HERITAGE_PROCESSOR_MODELS", folder.resolve("none").toString());
        startPart("sink", settings);
        startPart("gateway", settings);
        Process doomed = startPart("processor", settings);
        try (var client = new Requests(gatewayPort)) {
            awaitHealthy(client);
            String job =
                    client.post(
                                    "interpolate/run",
                                    Requests.interpolation(
                                            Requests.picture(96, 96, 0.4),
                                            Requests.picture(96, 96, 0.6),
                                            17))
                            .id();
            awaitRunning(client, job);

            doomed.destroyForcibly().waitFor();
            startPart("processor", settings);

            Reply done = client.await("interpolate", job);
            assertThat(done.state()).as(done.error()).isEqualTo("COMPLETED");
            assertThat(done.json().path("output").path("frames")).hasSize(33);
            assertThat(done.json().path("retries").asInt()).isPositive();
        }
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

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
