package io.heritage.processor.interpolate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.media.RgbFrame;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.wan.WanFileNames;
import io.heritage.models.wan.WanTiny;
import io.heritage.models.wan.weights.Float8Storage;
import io.heritage.processor.Installation;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.config.WanConfig;
import io.heritage.processor.device.ResidentModels;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.restore.ReplicatedModel;
import io.heritage.processor.restore.RestoreModels;
import io.heritage.schemas.RestoreInput;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        return Installation.config(Duration.ZERO).withModels(models).withWan(wan);
    }

    @Test
    void aVideoThatDoesNotFitIsRefusedWithNumbersAndAdviceAndSmallerOnesAreMade() throws Exception {
        WanConfig little = WanConfig.defaults().withMemoryBytes(200L << 20);
        try (var wan = new WanModels(config(little), new ResidentModels());
                var pictures = new Keyframes(RgbFrame.allocate(480, 480), Optional.empty());
                var small = new Keyframes(RgbFrame.allocate(64, 64), Optional.empty())) {
            WanEngine engine = wan.ready(RealRife.UNWATCHED);

            assertThatThrownBy(() -> run(engine, pictures))
                    .isInstanceOf(JobFailed.class)
                    .hasMessageMatching(
                            "Processing failed: CPU out of memory: a video of 480 x 480 with 129 frames needs \\d+ MiB"
                                    + " even block by block, there are 200\\. Reduce resolution to 480 or 640,"
                                    + " or frame_length to 33 or 49.*");
            assertThat(run(engine, small)).isEqualTo(129);
        }
    }

    @Test
    void productsInEightBitsAreRefusedWhereTheDeviceHasNone() {
        WanConfig multiplying = WanConfig.defaults().withFloat8(Float8Storage.MULTIPLY);
        try (var wan = new WanModels(config(multiplying), new ResidentModels())) {
            assertThatThrownBy(() -> wan.ready(RealRife.UNWATCHED))
                    .isInstanceOf(JobFailed.class)
                    .hasMessageContaining("float8 MULTIPLY needs CUDA")
                    .hasMessageContaining("Use KEEP, REQUANTISE or WIDEN");
        }
    }

    /** The machine does not tell what is free, so it may be too little for both. */
    @Test
    void oneKindOfModelsGivesWayToTheOther() {
        SeedVr2Tiny.write(models, SeedVr2Variant.SEEDVR2_3B);
        var model = new RestoreInput.Model("seedvr2_3b", "normal", 1);
        var resident = new ResidentModels();
        try (var restoring = new RestoreModels(config(WanConfig.defaults()), resident);
                var wan = new WanModels(config(WanConfig.defaults()), resident)) {
            restoring.ready(model, "auto", RealRife.UNWATCHED);
            WanEngine first = wan.ready(RealRife.UNWATCHED);
            assertThat(restoring.last()).isEmpty();
            assertThat(wan.ready(RealRife.UNWATCHED)).isSameAs(first);

            restoring.ready(model, "auto", RealRife.UNWATCHED);
            assertThat(restoring.last()).isPresent();
            assertThat(wan.ready(RealRife.UNWATCHED)).isNotSameAs(first);
        }
    }

    @Test
    void aRestorationThatNeedsTheDeviceGivesUpWhatIsIdleButNotItsOwnModel() {
        SeedVr2Tiny.write(models, SeedVr2Variant.SEEDVR2_3B);
        var model = new RestoreInput.Model("seedvr2_3b", "normal", 1);
        List<String> evicted = new ArrayList<>();
        var resident = new ResidentModels();
        resident.add(() -> evicted.add("the other kind"));
        try (var restoring = new RestoreModels(config(WanConfig.defaults()), resident)) {
            ReplicatedModel idle = restoring.ready(model, "fp16", RealRife.UNWATCHED);
            ReplicatedModel own = restoring.ready(model, "fp32", RealRife.UNWATCHED);
            evicted.clear();

            own.memory().giveUpIdle();
            assertThat(evicted).containsExactly("the other kind");
            assertThat(restoring.last()).isPresent();
            assertThat(restoring.ready(model, "fp32", RealRife.UNWATCHED).leader())
                    .isSameAs(own.leader());
            assertThat(restoring.ready(model, "fp16", RealRife.UNWATCHED).leader())
                    .isNotSameAs(idle.leader());
        }
    }

    private static int run(WanEngine engine, Keyframes pictures) throws Exception {
        return engine.run(
                        REQUEST.video(pictures, BigInteger.ONE),
                        frame -> frame.close(),
                        RealRife.UNWATCHED)
                .frames();
    }
}
