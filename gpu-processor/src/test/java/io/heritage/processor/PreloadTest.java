package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.config.ResidencyConfig;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.JobEvent;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.HeldModels;
import io.heritage.transport.queue.JobQueue;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PreloadTest {
    @TempDir Path folder;

    private final CompletableFuture<Set<String>> heldAtFirst = new CompletableFuture<>();

    @Test
    void modelsAreLoadedBeforeTheFirstJobAndWhatIsMissingIsToldAndStopsNothing() throws Exception {
        SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B);
        ProcessorConfig config =
                Installation.config(Duration.ZERO)
                        .withModels(folder)
                        .withResidency(
                                new ResidencyConfig(
                                        List.of("seedvr2_3b", "seedvr2_7b_sharp"),
                                        List.of(),
                                        Duration.ofSeconds(30)));
        try (Installation installation = Installation.inMemory()) {
            EndpointConfig endpoint = installation.newEndpoint(EndpointKind.RESTORE);
            ProcessorPorts ports = routed(installation.ports(config, List.of(endpoint)));
            try (Processor processor =
                    installation.processor(
                            config,
                            List.of(endpoint),
                            ports,
                            (_, _) -> new PacedEngine(),
                            Clock.systemUTC())) {
                assertThat(processor.awaitReady(Duration.ofSeconds(60))).isTrue();
                assertThat(heldAtFirst.get(1, TimeUnit.SECONDS)).containsExactly("seedvr2_3b");
                assertThat(processor.idleFor()).as("it says that it is unhealthy").isEmpty();

                var health = installation.submit(endpoint, "{\"action\":\"health\"}");
                assertThat(
                                installation
                                        .await(health, JobEvent.Completed.class)
                                        .output()
                                        .body()
                                        .path("model_type")
                                        .asText())
                        .isEqualTo("seedvr2_3b");
            }
        }
    }

    /** The queue hears what the processor holds before it is asked for a job. */
    private ProcessorPorts routed(ProcessorPorts ports) {
        return new ProcessorPorts(
                () -> new HeardQueue(ports.queue().get()),
                ports.windows(),
                ports.events(),
                ports.media(),
                ports.results(),
                ports.commands(),
                ports.workers(),
                ports.controls());
    }

    private final class HeardQueue implements JobQueue {
        private final JobQueue queue;

        HeardQueue(JobQueue queue) {
            this.queue = queue;
        }

        @Override
        public void routeBy(HeldModels models) {
            heldAtFirst.complete(models.resident());
        }

        @Override
        public Optional<ClaimedJob> take(Duration timeout) throws InterruptedException {
            return queue.take(timeout);
        }

        @Override
        public List<String> unjoined() {
            return queue.unjoined();
        }

        @Override
        public void serve(Predicate<EndpointId> endpoints) {
            queue.serve(endpoints);
        }

        @Override
        public void close() {
            queue.close();
        }
    }
}
