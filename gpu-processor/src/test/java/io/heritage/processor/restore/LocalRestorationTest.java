package io.heritage.processor.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.processor.Installation;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.RestoreRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class LocalRestorationTest {
    private static final RestoreInput.Model MODEL =
            new RestoreInput.Model("seedvr2_3b", "normal", 1);

    @TempDir Path dir;

    @Test
    void aDeviceThatIsNotThereFailsTheInitialisation() throws Exception {
        Path models = Files.createDirectories(dir.resolve("ckpts"));
        SeedVr2Tiny.write(models, SeedVr2Variant.SEEDVR2_3B);
        ProcessorConfig config =
                Installation.config(Duration.ZERO).withModels(models).withDevice("cuda:99");
        Path in = Files.write(dir.resolve("in.png"), Installation.resource("chelsea.png"));
        try (var restoration = new LocalRestoration(config)) {
            assertThatThrownBy(() ->
                            restoration.run(
                                    MODEL,
                                    in,
                                    RestoreRequest.DEFAULT.withSize(32, 48),
                                    dir.resolve("out.png"),
                                    observer(_ -> {})))
                    .isInstanceOf(JobFailed.class)
                    .hasMessageStartingWith("Model initialization failed: ");
        }
    }

    @Test
    void progressCountsTheFramesThatAreWrittenUpToTheLast() throws Exception {
        Path models = Files.createDirectories(dir.resolve("ckpts"));
        SeedVr2Tiny.write(models, SeedVr2Variant.SEEDVR2_3B);
        Path in = Files.write(dir.resolve("in.mp4"), Installation.resource("cut-at-4.mp4"));
        List<WorkProgress> heard = new ArrayList<>();
        ProcessorConfig config = Installation.config(Duration.ZERO).withModels(models);
        try (var restoration = new LocalRestoration(config)) {
            RestoreSummary summary =
                    restoration.run(
                            MODEL,
                            in,
                            RestoreRequest.DEFAULT.withSize(32, 48),
                            dir.resolve("out.mp4"),
                            observer(heard::add));
            assertThat(summary.scenes()).isEqualTo(2);
        }

        List<WorkProgress> frames =
                heard.stream().filter(progress -> !progress.stage().equals("load")).toList();
        assertThat(frames.getFirst()).isEqualTo(new WorkProgress("encode", 0, 8));
        assertThat(frames).contains(new WorkProgress("encode", 4, 8));
        assertThat(frames.getLast()).isEqualTo(new WorkProgress("decode", 8, 8));
        assertThat(frames.stream().map(WorkProgress::framesDone)).isSorted();
    }

    private static WorkObserver observer(Consumer<WorkProgress> progress) {
        return new WorkObserver() {
            @Override
            public void checkpoint() {
                // Never stopped.
            }

            @Override
            public void progress(WorkProgress now) {
                progress.accept(now);
            }
        };
    }
}
