package io.heritage.processor.interpolate;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.ColourTags;
import io.heritage.media.Deinterlace;
import io.heritage.media.ImageLimits;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A PQ video of 10 bits, with the real network and the weights that ship. */
@Timeout(300)
class DeepVideoTest {
    @TempDir Path dir;

    @Test
    void tenBitsInAreTenBitsOut() throws IOException {
        Path in = input();
        Path out = dir.resolve("out.mp4");
        Path shallow = dir.resolve("shallow.mp4");
        try (var local = LocalInterpolation.open(RealRife.config())) {
            VideoSummary summary = local.video(in, out, RateRequest.times(2), RealRife.UNWATCHED);
            assertThat(summary.bitDepth()).isEqualTo(10);
            var eight = new RateRequest(2, OptionalInt.of(8), Deinterlace.AUTO);
            assertThat(local.video(in, shallow, eight, RealRife.UNWATCHED).bitDepth()).isEqualTo(8);
        }
        VideoProbe input = VideoProbe.of(in, ImageLimits.DEFAULT);
        VideoProbe probe = VideoProbe.of(out, ImageLimits.DEFAULT);
        assertThat(probe.bitDepth()).isEqualTo(10);
        assertThat(probe.colour()).isEqualTo(input.colour()).isNotEqualTo(ColourTags.BT709);
        assertThat(VideoProbe.of(shallow, ImageLimits.DEFAULT).bitDepth()).isEqualTo(8);
        assertThat(levelsOfSecondFrame(out))
                .as("the frame that was computed has more levels than bytes have")
                .hasSizeGreaterThan(levelsOfSecondFrame(shallow).size());
    }

    private Path input() throws IOException {
        Path file = dir.resolve("in.mp4");
        try (InputStream hdr = DeepVideoTest.class.getResourceAsStream("hdr10.mp4")) {
            Files.copy(Objects.requireNonNull(hdr), file);
        }
        return file;
    }

    private static Set<Short> levelsOfSecondFrame(Path file) throws IOException {
        Set<Short> levels = new TreeSet<>();
        try (VideoReader reader =
                VideoReader.open(file, ImageLimits.DEFAULT, SampleDepth.SIXTEEN)) {
            Objects.requireNonNull(reader.next()).close();
            try (VideoFrame frame = Objects.requireNonNull(reader.next())) {
                boolean deep = frame.pixels().depth() == SampleDepth.SIXTEEN;
                if (!deep) {
                    var bytes = frame.pixels().pixels();
                    while (bytes.hasRemaining()) {
                        levels.add((short) bytes.get());
                    }
                    return levels;
                }
                ShortBuffer samples =
                        frame.pixels().pixels().order(ByteOrder.nativeOrder()).asShortBuffer();
                while (samples.hasRemaining()) {
                    levels.add(samples.get());
                }
            }
        }
        return levels;
    }
}
