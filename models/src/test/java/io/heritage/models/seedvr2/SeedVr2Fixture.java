package io.heritage.models.seedvr2;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.Work;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.schemas.FrameSize;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A tiny model on the CPU. */
abstract class SeedVr2Fixture {
    static final FrameSize SIZE = new FrameSize(52, 36);
    static final TemporalChunks ONE_CHUNK = new TemporalChunks(33, 0);
    static TorchRuntime runtime;
    static SeedVr2 model;

    @TempDir static Path folder;

    @BeforeAll
    static void open() {
        runtime = TorchRuntime.start(TorchOptions.cpu());
        model = open(SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B));
    }

    @AfterAll
    static void close() {
        model.close();
        runtime.close();
    }

    static SeedVr2 open(SeedVr2Files files) {
        return SeedVr2.open(runtime, files, Precision.FP32, Work.UNWATCHED);
    }

    static Taken restore(int frames, TemporalChunks chunks, RestoreOptions options) {
        return restore(model, frames, chunks, options, Work.UNWATCHED);
    }

    static Taken restore(
            SeedVr2 with, int frames, TemporalChunks chunks, RestoreOptions options, Work work) {
        var taken = new Taken();
        Restored restored =
                with.restore(
                        FrameSource.of(TestClips.waving(SIZE, frames)),
                        FrameGeometry.area(SIZE, 36, 52),
                        chunks,
                        options,
                        taken::take,
                        work);
        assertThat(restored.fallbacks()).isEqualTo(options.memorySavings());
        assertThat(restored.frames()).isEqualTo(taken.frames);
        return taken;
    }

    static int worst(byte[] one, byte[] other) {
        int worst = 0;
        for (int i = 0; i < one.length; i++) {
            worst = Math.max(worst, Math.abs((one[i] & 0xff) - (other[i] & 0xff)));
        }
        return worst;
    }

    /** Frames that came out. */
    static final class Taken {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int frames;

        byte[] rgb() {
            return bytes.toByteArray();
        }

        void take(ByteBuffer rgb, int count) {
            byte[] copy = new byte[rgb.remaining()];
            rgb.get(copy);
            bytes.writeBytes(copy);
            frames += count;
        }
    }
}
