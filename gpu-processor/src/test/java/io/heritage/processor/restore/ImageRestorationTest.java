package io.heritage.processor.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.ImageLimits;
import io.heritage.models.Work;
import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.processor.Installation;
import io.heritage.processor.interpolate.RealRife;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.RestoreRequest;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageRestorationTest {
    private static final RestoreRequest REQUEST = RestoreRequest.DEFAULT.withSize(64, 96);

    @TempDir static Path folder;
    private static TorchRuntime runtime;
    private static SeedVr2 model;
    private static Path picture;

    @BeforeAll
    static void open() throws Exception {
        runtime = TorchRuntime.start(TorchOptions.cpu());
        model =
                SeedVr2.open(
                        runtime,
                        SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B),
                        Precision.FP32,
                        Work.UNWATCHED);
        picture = Files.write(folder.resolve("in.png"), Installation.resource("chelsea.png"));
    }

    @AfterAll
    static void close() {
        model.close();
        runtime.close();
    }

    private static RestoreSummary restored(List<Replica> others, long bytes) throws Exception {
        var memory =
                new ReplicatedModel.DeviceBudget() {
                    @Override
                    public MemoryBudget budget() {
                        return new MemoryBudget("CPU", bytes, 33);
                    }

                    @Override
                    public void releaseKept() {
                        throw new IllegalStateException("on a CPU libtorch keeps nothing");
                    }

                    @Override
                    public void evictIdle() {
                        throw new IllegalStateException("a machine's memory is counted whole");
                    }
                };
        var split = new ReplicatedModel(model, others, memory);
        return new ImageRestoration(
                        new NetworkRun(split, REQUEST, RealRife.UNWATCHED), ImageLimits.DEFAULT)
                .run(picture, OutputStream.nullOutputStream());
    }

    @Test
    void whatThePlanGaveUpToFitIsTold() throws Exception {
        FrameSize size = new FrameSize(451, 300);
        FrameGeometry geometry = FrameGeometry.area(size, 64, 96);
        RestoreOptions onHost = RestoreOptions.DEFAULT.withBlocksOnHost(true);
        long little = model.estimate(geometry, 1, onHost).peak();

        assertThat(restored(List.of(), little).fallbacks())
                .containsExactly("transformer blocks loaded one by one");
        assertThat(restored(List.of(), 1L << 40).fallbacks()).isEmpty();
    }

    @Test
    void anImageStaysOnTheLeadingDevice() throws Exception {
        var other =
                new Replica(
                        model,
                        _ -> {
                            throw new IllegalStateException("asked to share an image");
                        });
        assertThat(restored(List.of(other), 1L << 40).frames()).isEqualTo(1);
    }
}
