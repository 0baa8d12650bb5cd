package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.config.WanConfig;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A device that hangs takes its process down and leaves the job to another. */
@Timeout(400)
@ExtendWith(SharedBroker.class)
class HungDeviceTest {
    private static final String FRAMES =
            """
            {"start_image_base64":{"$media":0},"end_image_base64":{"$media":1},
             "resolution":480,"frame_length":17}\
            """;

    /** A processor whose network never comes back. */
    static final class Child {
        public static void main(String[] args) throws Exception {
            EndpointConfig endpoint =
                    EndpointConfig.defaults(new EndpointId(args[1]), EndpointKind.INTERPOLATE);
            var engine = new PacedEngine();
            engine.step =
                    _ -> {
                        while (true) {
                            LockSupport.park();
                        }
                    };
            ProcessorConfig config =
                    Installation.config(
                            Duration.ZERO,
                            Duration.ofSeconds(10), // much longer than libtorch takes to start
                            WanConfig.defaults());
            KafkaTransport transport = KafkaInstallation.transport(args[0]);
            Processor.start(
                    config,
                    List.of(endpoint),
                    Installation.START_LIMIT,
                    ProcessorPorts.of(transport, List.of(endpoint.id()), config.worker()),
                    (_, _) -> engine,
                    FatalExit::exit,
                    Clock.systemUTC());
            new CountDownLatch(1).await(5, TimeUnit.MINUTES);
        }
    }

    @Test
    void theProcessExitsForItsSupervisorAndTheJobIsRunElsewhere(TestBroker broker)
            throws Exception {
        try (var installation = new KafkaInstallation(broker)) {
            EndpointConfig endpoint = installation.newEndpoint(EndpointKind.INTERPOLATE);
            Job job =
                    installation.submit(
                            endpoint,
                            FRAMES,
                            Installation.resource("chelsea.png"),
                            Installation.resource("coffee.png"));
            Process child = start(installation.bootstrapServers(), endpoint.id().value());
            try {
                assertThat(child.waitFor(150, TimeUnit.SECONDS)).isTrue();
                assertThat(child.exitValue()).isEqualTo(75);
            } finally {
                child.destroyForcibly();
            }
            try (var _ =
                    installation.processor(
                            List.of(endpoint),
                            (_, _) -> new PacedEngine(),
                            Duration.ZERO,
                            Clock.systemUTC())) {
                JobEvent.Completed completed = installation.await(job, JobEvent.Completed.class);
                assertThat(completed.attempt()).isEqualTo(2);
            }
        }
    }

    private static Process start(String... args) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        args[0],
                        args[1])
                .inheritIO()
                .start();
    }
}
