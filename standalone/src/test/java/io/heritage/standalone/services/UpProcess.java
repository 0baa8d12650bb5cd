package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.standalone.Heritage;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** {@code heritage up} as a process of its own, without models but RIFE. */
final class UpProcess {
    private static final Duration HEALTHY_WITHIN = Duration.ofMinutes(5);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);

    private UpProcess() {}

    /**
     * @param folder of its data
     * @param log of what it says
     */
    static Process start(
            int port, Path folder, ProcessBuilder.Redirect log, Map<String, String> environment)
            throws IOException {
        var builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Heritage.class.getName(),
                                "up",
                                "--port",
                                Integer.toString(port),
                                "--data",
                                folder.resolve("data").toString(),
                                "--models",
                                folder.resolve("none").toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(log);
        builder.environment().keySet().removeIf(name -> name.startsWith("HERITAGE_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    static void awaitHealthy(Requests client) {
        Awaitility.await()
                .atMost(HEALTHY_WITHIN)
                .ignoreException(ConnectException.class)
                .untilAsserted(
                        () -> assertThat(client.get("interpolate/health").status()).isEqualTo(200));
    }

    /** In order if it can. */
    static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOPPED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            kill(process);
        }
    }

    /** Returns once it has ended. */
    static void kill(Process process) throws InterruptedException {
        assertThat(process.destroyForcibly().waitFor(2, TimeUnit.MINUTES)).isTrue();
    }
}
