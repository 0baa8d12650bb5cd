package io.heritage.standalone.cli.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heritage.standalone.cli.HeritageCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that ask a server, as processes: what they load, signals, and pipes that close. */
class ClientProcessTest {
    private static final List<String> SERVICES =
            List.of(
                    " org.apache.kafka.",
                    " kafka.",
                    " ai.djl.",
                    " org.bytedeco.",
                    " io.helidon.",
                    " org.rocksdb.",
                    " io.heritage.transport.");
    private static final String RUNNING = "{\"id\":\"j-1\",\"status\":\"IN_PROGRESS\"}";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Far from the 20 s and more that a command waits for a server, and has to tidy up. */
    private static final Duration AT_ONCE = Duration.ofSeconds(15);

    private final List<Process> started = new ArrayList<>();
    @TempDir Path folder;

    @AfterEach
    void endThoseThatAreLeft() {
        started.forEach(Process::destroyForcibly);
    }

    private static List<String> command(List<String> options, String... arguments) {
        // A build in the background has SIGINT ignored, and so would what it starts.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add("io.heritage.standalone.Heritage");
        command.addAll(List.of(arguments));
        return command;
    }

    private Process start(List<String> command) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said().toFile())
                        .start();
        started.add(process);
        return process;
    }

    private Path said() {
        return folder.resolve("said");
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void noneLoadsAnythingOfTheServices() throws Exception {
        try (var server = new FakeServer()) {
            server.on("GET /v2/restore/requests?limit=20", 200, "{\"requests\":[]}");
            String[] list = {"jobs", "list", "--endpoint=restore", "--url", server.url()};

            assertThat(exitCode(start(command(List.of("-verbose:class"), list)))).isZero();
        }
        List<String> loaded = Files.readAllLines(said());
        assertThat(loaded).anyMatch(line -> line.contains(" " + HeritageCommand.class.getName()));
        assertThat(loaded)
                .filteredOn(line -> SERVICES.stream().anyMatch(line::contains))
                .as("classes of services")
                .isEmpty();
    }

    private static FakeServer withARunningJob() throws IOException {
        return new FakeServer()
                .on("POST /v2/restore/run", 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}")
                .on("GET /v2/restore/requests/j-1", 200, RUNNING)
                .on("GET /v2/restore/events/j-1", 200, "data: {\"type\":\"open\"}\n\n")
                .on(
                        "POST /v2/restore/cancel/j-1",
                        200,
                        "{\"id\":\"j-1\",\"status\":\"CANCELLED\"}");
    }

    private static void interrupt(Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-INT", "" + process.pid()).start();
        assertThat(kill.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** As soon as the server was asked for that. */
    private static void interruptAfter(String asked, Process process, FakeServer server)
            throws Exception {
        await().atMost(PATIENCE).until(() -> wasAsked(server, asked));
        interrupt(process);
    }

    private static int exitCodeAtOnce(Process process) throws Exception {
        assertThat(process.waitFor(AT_ONCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static boolean wasAsked(FakeServer server, String asked) {
        return server.requests().stream().anyMatch(request -> request.contains(asked));
    }

    @Test
    void ctrlCCancelsTheJobOfTheCommandThatStartedIt() throws Exception {
        try (FakeServer server = withARunningJob()) {
            String[] run = {"run", "restore", "{\"input\":{}}", "--url", server.url()};

            Process process = start(command(List.of(), run));
            interruptAfter("/events/", process, server);

            assertThat(exitCodeAtOnce(process)).isEqualTo(130);
            assertThat(wasAsked(server, "/cancel/")).isTrue();
            assertThat(said()).content().contains("job j-1: CANCELLED").doesNotContain("\tat ");
        }
    }

    @Test
    void aSecondCtrlCDoesNotWaitForTheServer() throws Exception {
        try (FakeServer server = withARunningJob().silentWithin("POST /v2/restore/cancel/j-1")) {
            String[] run = {"run", "restore", "{\"input\":{}}", "--url", server.url()};
            Process process = start(command(List.of(), run));
            interruptAfter("/events/", process, server);
            interruptAfter("/cancel/", process, server);

            assertThat(exitCodeAtOnce(process)).isEqualTo(130);
        }
    }

    @Test
    void ctrlCOnlyStopsWatching() throws Exception {
        try (FakeServer server = withARunningJob()) {
            String[] watch = {"jobs", "watch", "j-1", "--endpoint=restore", "--url", server.url()};

            Process process = start(command(List.of(), watch));
            interruptAfter("/events/", process, server);

            assertThat(exitCodeAtOnce(process)).isEqualTo(130);
            assertThat(wasAsked(server, "/cancel/")).isFalse();
            assertThat(said()).content().doesNotContain("\tat ");
        }
    }

    @Test
    void ctrlCDuringAWaitForASilentServerEndsAtOnce() throws Exception {
        try (FakeServer server = withARunningJob().silentOn("GET /v2/restore/events/j-1")) {
            String[] watch = {"jobs", "watch", "j-1", "--endpoint=restore", "--url", server.url()};
            Process process = start(command(List.of(), watch));
            interruptAfter("/events/", process, server);

            assertThat(exitCodeAtOnce(process)).isEqualTo(130);
            assertThat(said()).content().doesNotContain("\tat ");
        }
    }

    @Test
    void ctrlCAtAQuestionEndsAtOnceAndNothingIsDone() throws Exception {
        try (var server = new FakeServer()) {
            server.on(
                    "GET /v2/restore/requests?limit=100&status=IN_QUEUE", 200, "{\"requests\":[]}");
            String[] purge = {"jobs", "purge", "--endpoint=restore", "--url", server.url()};
            List<String> terminal =
                    List.of("-Dheritage.stdin.tty=true", "-Dheritage.stderr.tty=true");
            Process process = start(command(terminal, purge));
            await().atMost(PATIENCE).until(() -> Files.readString(said()).contains("[y/N]"));
            interrupt(process);

            assertThat(exitCodeAtOnce(process)).isEqualTo(130);
            assertThat(wasAsked(server, "/purge-queue")).isFalse();
        }
    }

    @Test
    void ctrlCWhileARequestIsReadFromStdinEndsAtOnce() throws Exception {
        try (var server = new FakeServer()) {
            String[] run = {
                "run", "restore", "-", "--webhook", "http://127.0.0.1/", "-v", "--url", server.url()
            };
            Process process = start(command(List.of("-verbose:class"), run));
            await().atMost(PATIENCE)
                    .until(() -> Files.readString(said()).contains(StandardInput.class.getName()));
            interrupt(process);

            assertThat(exitCodeAtOnce(process)).isEqualTo(130);
        }
    }

    @Test
    void aReaderThatGoesAwayIsNoStackTrace() throws Exception {
        String jobs =
                IntStream.range(0, 2000)
                        .mapToObj(i -> "{\"id\":\"j-%d\",\"status\":\"FAILED\"}".formatted(i))
                        .collect(Collectors.joining(","));
        try (var server = new FakeServer()) {
            server.on("GET /v2/restore/requests?limit=100", 200, "{\"requests\":[" + jobs + "]}");
            String[] list = {"jobs", "list", "--all", "--endpoint=restore", "--url", server.url()};
            List<String> pipe = new ArrayList<>(List.of("sh", "-c", "\"$@\" | head -1", "sh"));
            pipe.addAll(command(List.of(), list));

            assertThat(exitCode(start(pipe))).isZero();

            assertThat(said()).content().startsWith("ID ").doesNotContain("Exception", "\tat ");
        }
    }
}
