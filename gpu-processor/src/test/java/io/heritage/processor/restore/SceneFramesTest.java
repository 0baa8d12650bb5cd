package io.heritage.processor.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.ImageLimits;
import io.heritage.media.VideoReader;
import io.heritage.models.Work;
import io.heritage.models.seedvr2.FrameSource;
import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.seedvr2.TemporalChunks;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.frame.RgbClip;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.processor.Installation;
import io.heritage.processor.output.DecodeAhead;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Videos of known cuts, and what a network with random weights makes of them. */
class SceneFramesTest {
    @TempDir static Path dir;

    /** A use of the frames of a video. */
    private interface Use<T> {
        T of(SceneFrames frames, FrameSize size) throws IOException;
    }

    private static <T> T read(String video, Use<T> use) throws IOException {
        Path file = Files.write(dir.resolve(video), Installation.resource(video));
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT);
                DecodeAhead decoder = new DecodeAhead(reader, 8);
                SceneFrames frames = new SceneFrames(decoder, SampleDepth.EIGHT, _ -> {})) {
            return use.of(frames, new FrameSize(reader.size().width(), reader.size().height()));
        }
    }

    private static List<Integer> lengths(SceneFrames frames, FrameSize size) {
        ByteBuffer rgb = ByteBuffer.allocateDirect(100 * RgbClip.bytesPerFrame(size));
        List<Integer> lengths = new ArrayList<>();
        do {
            lengths.add(frames.read(rgb, 100));
            assertThat(frames.read(rgb, 1)).as("behind the end of a scene").isZero();
        } while (frames.nextScene());
        assertThat(frames.scenes()).isEqualTo(lengths.size());
        return lengths;
    }

    @Test
    void aSceneEndsAtACutAndOnlyThere() throws IOException {
        assertThat(read("cut-at-4.mp4", SceneFramesTest::lengths)).containsExactly(4, 4);
        assertThat(read("bunny-1s.mp4", SceneFramesTest::lengths)).containsExactly(25);
    }

    @Test
    void theFramesBeforeACutAreThoseOfTheSceneAloneAndSoAreThoseBehind() throws IOException {
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu());
                SeedVr2 model =
                        SeedVr2.open(
                                runtime,
                                SeedVr2Tiny.write(dir, SeedVr2Variant.SEEDVR2_3B),
                                Precision.FP32,
                                Work.UNWATCHED)) {
            List<byte[]> together =
                    read("cut-at-4.mp4", (frames, size) -> restored(model, frames, size));
            List<byte[]> before =
                    read("cut-at-4.mp4", (frames, size) -> restored(model, frames::read, size));
            List<byte[]> behind =
                    read("cut-at-4.mp4", (frames, size) -> restored(model, skip(frames), size));

            assertThat(together).hasSize(8);
            assertThat(together.subList(0, 4)).containsExactly(before.toArray(byte[][]::new));
            assertThat(together.subList(4, 8)).containsExactly(behind.toArray(byte[][]::new));
        }
    }

    /** The second scene only. */
    private static FrameSource skip(SceneFrames frames) {
        frames.read(ByteBuffer.allocateDirect(1 << 22), 4);
        assertThat(frames.read(ByteBuffer.allocateDirect(0), 1)).isZero();
        assertThat(frames.nextScene()).isTrue();
        return frames::read;
    }

    /** With chunks so long that one would hold the whole clip. */
    private static List<byte[]> restored(SeedVr2 model, FrameSource source, FrameSize size) {
        List<byte[]> out = new ArrayList<>();
        model.restore(
                source,
                FrameGeometry.area(size, 32, 48),
                new TemporalChunks(9, 4),
                RestoreOptions.DEFAULT,
                (rgb, frames) -> {
                    for (int i = 0; i < frames; i++) {
                        byte[] frame = new byte[rgb.remaining() / (frames - i)];
                        rgb.get(frame);
                        out.add(frame);
                    }
                },
                Work.UNWATCHED);
        return out;
    }
}
