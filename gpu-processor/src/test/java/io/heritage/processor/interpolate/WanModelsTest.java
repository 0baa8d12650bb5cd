package io.heritage.processor.interpolate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.media.RgbFrame;
import io.heritage.models.wan.WanFileNames;
import io.heritage.models.wan.WanTiny;
import io.heritage.models.wan.weights.Float8Storage;
import io.heritage.processor.Installation;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.config.WanConfig;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.device.Evictable;
import io.heritage.processor.device.ResidentModels;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.schemas.VideoRequest;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WanModelsTest {
    private static final VideoRequest REQUEST =
            new VideoRequest("a cat", Optional.empty(), 4, 480, 129, 1, 1);

    @TempDir static Path models;

    @BeforeAll
    static void makeTiny() {
        WanTiny.write(models, WanFileNames.DOCUMENTED, true);
    }

    private static ProcessorConfig config(WanConfig wan) {
        return Installation.config(Duration.ZERO, Duration.ZERO, wan).withModels(models);
    }

    private static WanConfig wan(Float8Storage float8, long memoryBytes) {
        WanConfig d = WanConfig.defaults();
        return new WanConfig(
                d.files(),
                d.solver(),
                d.shift(),
                d.split(),
                d.guidance(),
                float8,
                d.emphasis(),
                d.attention(),
                memoryBytes);
    }

    @Test
    void aVideoThatDoesNotFitIsRefusedWithNumbersAndAdviceAndSmallerOnesAreMade() throws Exception {
        try (var installed = new Installed(wan(WanConfig.defaults().float8(), 200L << 20));
                var pictures = new Keyframes(RgbFrame.allocate(480, 480), Optional.empty());
                var small = new Keyframes(RgbFrame.allocate(64, 64), Optional.empty())) {
            WanEngine engine = installed.wan.ready(RealRife.UNWATCHED);

            assertThatThrownBy(() -> run(engine, pictures))
                    .isInstanceOf(JobFailed.class)
                    .hasMessageMatching(
                            "Processing failed: CPU out of memory: a video of 480 x 480 with 129"
                                    + " frames needs \\d+ MiB even block by block, 200 are"
                                    + " available\\. Reduce resolution to 480 or 640, or"
                                    + " frame_length to 33 or 49.*");
            assertThat(run(engine, small)).isEqualTo(129);
        }
    }

    @Test
    void productsInEightBitsAreRefusedWhereTheDeviceHasNone() {
        try (var installed = new Installed(wan(Float8Storage.MULTIPLY, 0))) {
            assertThatThrownBy(() -> installed.wan.ready(RealRife.UNWATCHED))
                    .isInstanceOf(JobFailed.class)
                    .hasMessageContaining("float8 MULTIPLY needs CUDA")
                    .hasMessageContaining("Use KEEP, REQUANTISE or WIDEN");
        }
    }

    /** A CPU does not report free memory, so it may be too little for both. */
    @Test
    void anotherKindOfModelsIsEvictedForWanAndWanForIt() {
        List<String> evicted = new ArrayList<>();
        try (var installed = new Installed(WanConfig.defaults())) {
            Evictable other = () -> evicted.add("the other kind");
            installed.resident.add(other);

            WanEngine first = installed.wan.ready(RealRife.UNWATCHED);
            assertThat(evicted).containsExactly("the other kind");
            assertThat(installed.wan.ready(RealRife.UNWATCHED)).isSameAs(first);

            installed.resident.makeRoom(other, Long.MAX_VALUE);
            assertThat(installed.wan.ready(RealRife.UNWATCHED)).isNotSameAs(first);
        }
    }

    @Test
    void rifeIsLoadedOnceForAllThatInterpolate() {
        var loads = new AtomicInteger();
        EngineLoader counting =
                (config, runtime) -> {
                    loads.incrementAndGet();
                    return RifeEngine.open(config, runtime);
                };
        try (var installed = new Installed(WanConfig.defaults(), counting)) {
            assertThat(installed.rife.load()).isTrue();
            WanEngine first = installed.wan.ready(RealRife.UNWATCHED);
            installed.wan.evictAll();
            assertThat(installed.wan.ready(RealRife.UNWATCHED)).isNotSameAs(first);

            assertThat(loads).hasValue(1);
            assertThat(installed.rife.rife().weights()).isEqualTo(first.rifeWeights());
        }
    }

    @Test
    void memoryThatRunsOutIsToldToTheObserver() {
        List<String> steps = new ArrayList<>();
        WorkObserver observer =
                new WorkObserver() {
                    @Override
                    public void checkpoint() {}

                    @Override
                    public void progress(WorkProgress progress) {}

                    @Override
                    public void ranOutOfMemory(String step) {
                        steps.add(step);
                    }
                };
        new WanProgress(observer, 9).work().shortage().met("swap_blocks");
        assertThat(steps).containsExactly("swap_blocks");
    }

    /** A device with Wan2.2 and RIFE. */
    private static final class Installed implements AutoCloseable {
        final DeviceRuntime runtime = RealRife.runtime();
        final ResidentModels resident = new ResidentModels(runtime);
        final RifeHolder rife;
        final WanModels wan;

        Installed(WanConfig config) {
            this(config, RifeEngine::open);
        }

        Installed(WanConfig config, EngineLoader loader) {
            rife = new RifeHolder(loader, config(config), runtime);
            wan = new WanModels(config(config), runtime, resident, rife);
        }

        @Override
        public void close() {
            wan.close();
            rife.close();
            runtime.close();
        }
    }

    private static int run(WanEngine engine, Keyframes pictures) throws Exception {
        return engine.run(
                        pictures.video(REQUEST, BigInteger.ONE),
                        frame -> frame.close(),
                        RealRife.UNWATCHED)
                .frames();
    }
}
