package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.standalone.services.Requests.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job whose work ends the process, broker and all: the broker forgets that it has delivered it.
 * Takes three starts of the whole service, because nothing smaller forgets in the same way.
 */
class PoisonJobTest {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    @TempDir Path folder;
    private final List<Process> started = new ArrayList<>();
    private int port;

    @BeforeEach
    void choosePort() throws IOException {
        port = FreePort.choose();
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Process process : started) {
            UpProcess.stop(process);
        }
    }

    @Test
    void aJobThatEndsTheProcessFailsAfterOneRetryAndTheNumbersAgree() throws Exception {
        try (var client = new Requests(port)) {
            Process server = up();
            UpProcess.awaitHealthy(client);
            String job =
                    client.post(
                                    "interpolate/run",
                                    Requests.interpolation(
                                            Requests.picture(96, 96, 0.4),
                                            Requests.picture(96, 96, 0.6),
                                            129))
                            .id();
            awaitBegun(client, job, 0);
            UpProcess.kill(server);

            server = up();
            UpProcess.awaitHealthy(client);
            awaitBegun(client, job, 1);
            UpProcess.kill(server);

            up();
            UpProcess.awaitHealthy(client);
            Reply failed = client.await("interpolate", job);
            assertThat(failed.state()).isEqualTo("FAILED");
            assertThat(failed.error()).startsWith("job timed out after 1 retries");
            assertThat(failed.json().path("retries").asInt()).isEqualTo(1);
            JsonNode health = client.get("interpolate/health").json();
            assertThat(health.path("jobs").path("retried").asInt()).isEqualTo(1);
            assertThat(health.path("jobs").path("failed").asInt()).isEqualTo(1);
            assertThat(health.path("jobs").path("inProgress").asInt()).isZero();
            await().atMost(DEADLINE)
                    .untilAsserted(() -> {
                        JsonNode workers = client.get("interpolate/health").json().path("workers");
                        assertThat(workers.path("unhealthy").asInt()).isZero();
                        assertThat(workers.path("running").asInt()).isZero();
                        assertThat(workers.path("idle").asInt()).isEqualTo(1);
                    });
        }
    }

    private Process up() throws IOException {
        Process process = UpProcess.start(port, folder, ProcessBuilder.Redirect.INHERIT, Map.of());
        started.add(process);
        return process;
    }

    private static void awaitBegun(Requests client, String job, int retries) {
        await().atMost(DEADLINE)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> {
                    Reply reply = client.get("interpolate/status/" + job);
                    assertThat(reply.error()).isEmpty();
                    assertThat(reply.state()).isEqualTo("IN_PROGRESS");
                    assertThat(reply.json().path("retries").asInt()).isEqualTo(retries);
                });
    }
}
