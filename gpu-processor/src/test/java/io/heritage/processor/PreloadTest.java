package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.observe.MetricsPage;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.config.ResidencyConfig;
import io.heritage.processor.device.DeviceStatus;
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
    private static final String COLD_START = "heritage_worker_cold_start_seconds";

    @TempDir Path folder;

    private final CompletableFuture<Set<String>> heldAtFirst = new CompletableFuture<>();

    @Test
    void modelsAreLoadedBeforeTheFirstJobAndWhatIsMissingIsToldAndStopsNothing() throws Exception {
        SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B);
        ProcessorConfig config =
                Installation.config(
                                new ResidencyConfig(
                                        List.of("seedvr2_3b", "seedvr2_7b_sharp"),
                                        List.of(),
                                        Duration.ofSeconds(30)))
                        .withModels(folder);
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
                MetricsPage page = installation.page;
                assertThat(page.text())
                        .contains(
                                COLD_START + "_count{phase=\"libtorch\"} 1",
                                COLD_START + "_count{phase=\"models\"} 1",
                                COLD_START + "_count{phase=\"load\"} 1",
                                "heritage_model_resident{model=\"seedvr2_3b\"} 1");
                assertThat(seconds(page, "libtorch") + seconds(page, "models"))
                        .isPositive()
                        .isLessThanOrEqualTo(seconds(page, "load"));

                var health = installation.submit(endpoint, "{\"action\":\"health\"}");
                assertThat(
                                installation
                                        .await(health, JobEvent.Completed.class)
                                        .output()
                                        .body()
                                        .path("model_type")
                                        .asText())
                        .isEqualTo("seedvr2_3b");

                var exact =
                        installation.submit(
                                endpoint,
                                "{\"action\":\"initialize\",\"model_type\":\"seedvr2_3b\",\"precision\":\"fp16\"}");
                installation.await(exact, JobEvent.Completed.class);
                assertThat(page.text()).contains(",model=\"seedvr2_3b\",stage=\"load\"} 1");
            }
        }
    }

    private static double seconds(MetricsPage page, String phase) {
        String name = COLD_START + "_sum{phase=\"" + phase + "\"} ";
        return page.text()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    @Test
    void whatADeviceHoldsIsRecordedWithItsHeartbeat() {
        var status = new DeviceStatus("cuda:0", 100, 40, List.of("rife47", "rife47"));
        try (var page = new MetricsPage()) {
            assertThat(new WorkerMeters(page.meters()).of(() -> status).get()).isEqualTo(status);
            assertThat(page.text())
                    .contains(
                            "heritage_gpu_memory_bytes{device=\"cuda:0\",kind=\"total\"} 100",
                            "heritage_gpu_memory_bytes{device=\"cuda:0\",kind=\"used\"} 40",
                            "heritage_model_resident{model=\"rife47\"} 1");
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
                ports.controls(),
                ports.meters(),
                ports.traces());
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
