package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.processor.interpolate.EngineLoader;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a processor says when it cannot do a job. */
class ProcessorLimitsTest extends ProcessorLifeFixture {
    @Test
    void anEngineThatCannotBeLoadedFailsItsJobsAndNothingElse() throws Exception {
        EngineLoader broken =
                (_, _) -> {
                    throw new IllegalStateException("rife47.pth: is cut off");
                };
        try (var processor = processor(broken, Duration.ZERO)) {
            Job job = installation.submit(endpoint, FRAMES, chelsea, coffee);
            assertThat(installation.await(job, JobEvent.Failed.class).error())
                    .isEqualTo("engine rife could not be loaded: rife47.pth: is cut off");
            assertThat(processor.awaitReady(PATIENCE)).isTrue();
            assertThat(processor.problem()).isEqualTo("rife47.pth: is cut off");
            Job health = installation.submit(endpoint, "{}");
            installation.await(health, JobEvent.Completed.class);
        }
    }

    @Test
    void engineWanNamesTheFilesThatAreMissing() throws Exception {
        EndpointConfig wan = Installation.withEngine(endpoint, EndpointConfig.Engine.WAN);
        try (var _ =
                installation.processor(
                        List.of(wan), (_, _) -> engine, Duration.ZERO, Clock.systemUTC())) {
            Job job = installation.submit(wan, FRAMES, chelsea, coffee);
            assertThat(installation.await(job, JobEvent.Failed.class).error())
                    .startsWith("engine wan is not installed: ")
                    .contains("wan_vae_v1.safetensors")
                    .contains(Path.of("target/no-models").toAbsolutePath().toString());
        }
    }

    @Test
    void healthSaysWhyTheGpuOfTheMachineIsNotUsed() throws Exception {
        EndpointConfig restore = installation.newEndpoint(EndpointKind.RESTORE);
        engine.fallback = Optional.of("no CUDA libraries: run './heritage gpu install'");
        try (var _ =
                installation.processor(
                        List.of(restore, endpoint),
                        (_, _) -> engine,
                        Duration.ZERO,
                        Clock.systemUTC())) {
            Job restoring = installation.submit(restore, "{\"action\":\"health\"}");
            Job interpolating = installation.submit(endpoint, "{}");
            for (Job health : List.of(restoring, interpolating)) {
                assertThat(
                                installation
                                        .await(health, JobEvent.Completed.class)
                                        .output()
                                        .body()
                                        .toString())
                        .contains(
                                "\"cuda_available\":false,\"gpu_memory\":0",
                                "\"cuda_reason\":\"no CUDA libraries: run './heritage gpu install'\"");
            }
        }
    }

    @Test
    void restoreSaysTruthfullyWhatItCannotDo() throws Exception {
        EndpointConfig restore = installation.newEndpoint(EndpointKind.RESTORE);
        try (var _ =
                installation.processor(
                        List.of(restore), (_, _) -> engine, Duration.ZERO, Clock.systemUTC())) {
            String folder = Path.of("target/no-models").toAbsolutePath().toString();
            Job health = installation.submit(restore, "{\"action\":\"health\"}");
            assertThat(
                            installation
                                    .await(health, JobEvent.Completed.class)
                                    .output()
                                    .body()
                                    .toString())
                    .isEqualTo(
                            "{\"status\":\"healthy\",\"model_initialized\":false,\"cuda_available\":false,\"gpu_memory\":0}");
            Job initialize =
                    installation.submit(
                            restore,
                            "{\"action\":\"initialize\",\"model_type\":\"seedvr2_7b\",\"model_variant\":\"sharp\"}");
            assertThat(installation.await(initialize, JobEvent.Failed.class).error())
                    .startsWith(
                            "Model initialization failed: ckpts/seedvr2_ema_7b_sharp.pth not found"
                                    + " in "
                                    + folder
                                    + "; ckpts/ema_vae.pth not found in ");
            Job job = installation.submit(restore, "{\"media\":{\"$media\":0}}", chelsea);
            assertThat(installation.await(job, JobEvent.Failed.class).error())
                    .contains("ckpts/seedvr2_ema_7b.pth not found in " + folder);
        }
    }
}
