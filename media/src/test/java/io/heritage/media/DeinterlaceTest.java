package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeinterlaceTest {

    @TempDir private Path folder;

    /** One reading of a video. */
    private record Reading(List<Long> times, double combs, boolean deinterlaced) {}

    @Test
    void combsAreRemovedByDefaultAndEveryFrameKeepsItsTime() throws IOException {
        Path video = TestMedia.file(folder, "interlaced.mp4");
        Reading kept = read(video, Deinterlace.OFF);
        Reading removed = read(video, Deinterlace.AUTO);
        assertThat(kept.deinterlaced()).isFalse();
        assertThat(removed.deinterlaced()).isTrue();
        assertThat(removed.times()).hasSize(25).isEqualTo(kept.times());
        assertThat(removed.combs()).isLessThan(kept.combs() / 3);
    }

    @Test
    void aProgressiveVideoPassesUnchanged() throws IOException {
        Path video = TestMedia.file(folder, TestMedia.BUNNY);
        Reading auto = read(video, Deinterlace.AUTO);
        assertThat(auto.deinterlaced()).isFalse();
        assertThat(auto).isEqualTo(read(video, Deinterlace.OFF));
    }

    @Test
    void otherPixelsWithinAnInterlacedVideoAreRefused() {
        Ffmpeg.load();
        AVFrame first = frame(avutil.AV_PIX_FMT_YUV420P);
        AVFrame second = frame(avutil.AV_PIX_FMT_YUV410P);
        try (var filter = new FieldFilter(first, new Rational(1, 25))) {
            filter.send(first);

            assertThatThrownBy(() -> filter.send(second))
                    .isInstanceOf(MediaRejected.class)
                    .hasMessageContaining("yuv420p to 64x48 pixels of yuv410p");
        } finally {
            avutil.av_frame_free(first);
            avutil.av_frame_free(second);
        }
    }

    private static AVFrame frame(int format) {
        AVFrame frame = avutil.av_frame_alloc();
        frame.width(64).height(48).format(format);
        assertThat(avutil.av_frame_get_buffer(frame, 0)).isZero();
        return frame;
    }

    private static Reading read(Path video, Deinterlace deinterlace) throws IOException {
        List<Long> times = new ArrayList<>();
        double combs = 0;
        try (VideoReader reader =
                VideoReader.open(video, ImageLimits.DEFAULT, SampleDepth.EIGHT, deinterlace)) {
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                times.add(frame.pts());
                combs += combs(frame.pixels());
                frame.close();
            }
            return new Reading(times, combs, reader.deinterlaced());
        }
    }

    /** How much green differs from the mean of the rows above and below, a pixel. */
    private static double combs(RgbFrame frame) {
        long sum = 0;
        for (int y = 1; y < frame.height() - 1; y++) {
            for (int x = 0; x < frame.width(); x++) {
                int above = TestMedia.rgb(frame, x, y - 1) >> 8 & 0xff;
                int here = TestMedia.rgb(frame, x, y) >> 8 & 0xff;
                int below = TestMedia.rgb(frame, x, y + 1) >> 8 & 0xff;
                sum += Math.abs(2 * here - above - below);
            }
        }
        return sum / 2.0 / frame.width() / frame.height();
    }
}
