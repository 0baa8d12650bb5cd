package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What users bring: every container with its usual codecs, and every kind of pixels. Leaves the
 * videos to {@code FuzzTest} in the folder {@code heritage.fuzz.videos}, if it is named.
 */
class ContainersTest {
    private static final @Nullable String KEPT = System.getProperty("heritage.fuzz.videos");

    private static final int QUARTER_X = TestVideo.WIDTH / 4;
    private static final int QUARTER_Y = TestVideo.HEIGHT / 4;

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "mp4, libx264, yuv420p",
        "mp4, libx265, yuv420p10le",
        "mp4, mpeg4, yuv420p",
        "mp4, libvpx-vp9, yuv420p",
        "mp4, libsvtav1, yuv420p",
        "mov, prores_ks, yuv422p10le",
        "mov, mjpeg, yuvj422p",
        "mov, qtrle, rgb24",
        "mov, png, rgb24",
        "matroska, libx264, yuv444p",
        "matroska, libx265, yuv420p",
        "matroska, ffv1, yuv420p",
        "matroska, utvideo, gbrp",
        "matroska, libvpx, yuv420p",
        "webm, libvpx, yuv420p",
        "webm, libvpx-vp9, yuv420p",
        "webm, libsvtav1, yuv420p10le",
        "avi, mpeg4, yuv420p",
        "avi, msmpeg4, yuv420p",
        "avi, mjpeg, yuvj420p",
        "avi, huffyuv, yuv422p",
        "avi, rawvideo, bgr24",
        "asf, wmv2, yuv420p",
        "flv, flv, yuv420p",
        "flv, libx264, yuv420p",
        "mpeg, mpeg1video, yuv420p",
        "vob, mpeg2video, yuv420p",
        "mpegts, mpeg2video, yuv420p",
        "mpegts, libx264, yuv420p",
        "mpegts, libx265, yuv420p",
        "mxf, mpeg2video, yuv422p",
        "3gp, h263, yuv420p",
        "yuv4mpegpipe, wrapped_avframe, yuv420p",
        "gif, gif, rgb8",
        "nut, ffv1, yuv420p",
        "ivf, libvpx-vp9, yuv420p",
        "h264, libx264, yuv420p",
        "hevc, libx265, yuv420p"
    })
    void everyFrameOfAContainerIsRead(String container, String encoder, String format)
            throws IOException {
        assertIsRead(container, encoder, format);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yuv410p",
                "yuv411p",
                "yuv420p",
                "yuv422p",
                "yuv440p",
                "yuv444p",
                "yuv420p10le",
                "yuv422p10le",
                "yuv444p10le",
                "yuv420p12le",
                "yuv444p16le",
                "yuva420p",
                "rgb48le",
                "bgra",
                "gbrp14le",
                "rgba64le",
            })
    void everyKindOfPixelsIsRead(String format) throws IOException {
        assertIsRead("matroska", "ffv1", format);
    }

    private void assertIsRead(String container, String encoder, String format) throws IOException {
        Path file = folder.resolve("video." + container);
        TestVideo.write(file, container, encoder, format);
        if (KEPT != null) {
            Path kept = Files.createDirectories(Path.of(KEPT));
            Files.copy(
                    file,
                    kept.resolve("%s-%s.%s".formatted(encoder, format, container)),
                    StandardCopyOption.REPLACE_EXISTING);
        }

        int frames = 0;
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT)) {
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                assertColours(frame.pixels());
                frame.close();
                frames++;
            }
        }
        assertThat(frames).isEqualTo(TestVideo.FRAMES);
    }

    /** The middle of each quarter, within what the coarsest of these (GIF's 256 colours) loses. */
    private static void assertColours(RgbFrame frame) {
        assertThat(new FrameSize(frame.width(), frame.height()))
                .isEqualTo(new FrameSize(TestVideo.WIDTH, TestVideo.HEIGHT));
        for (int x : new int[] {QUARTER_X, 3 * QUARTER_X}) {
            for (int y : new int[] {QUARTER_Y, 3 * QUARTER_Y}) {
                int expected = TestVideo.colour(x, y);
                int found = TestMedia.rgb(frame, x, y);
                for (int shift = 0; shift <= 16; shift += 8) {
                    assertThat(found >> shift & 0xff)
                            .as("%06x instead of %06x at %d, %d", found, expected, x, y)
                            .isCloseTo(expected >> shift & 0xff, within(50));
                }
            }
        }
    }
}
