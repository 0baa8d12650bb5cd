package io.heritage.processor.interpolate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.media.ImageLimits;
import io.heritage.media.MediaRejected;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.processor.Installation;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.job.WorkStopped;
import io.heritage.processor.output.VideoNotes;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the real network and the weights that ship. */
@Timeout(300)
class LocalInterpolationTest {
    private static LocalInterpolation local;

    @TempDir Path dir;
    private Path out;

    @BeforeAll
    static void load() {
        local = LocalInterpolation.open(RealRife.config());
    }

    @AfterAll
    static void unload() throws Exception {
        local.close();
        Installation.awaitNoThread("device-", "png-");
    }

    @BeforeEach
    void nameOut() {
        out = dir.resolve("out.mp4");
    }

    @Test
    void aVideoOfOneSecondHasTwiceTheFramesAtExactTimesAndItsSound() throws IOException {
        Path in = RealRife.copy("bunny-1s.mp4", dir);
        List<WorkProgress> progress = new ArrayList<>();

        VideoSummary summary = local.video(in, out, RateRequest.times(2), recordingInto(progress));

        assertThat(summary)
                .isEqualTo(
                        new VideoSummary(
                                new FrameSize(192, 108),
                                new Rational(50, 1),
                                25,
                                50,
                                0,
                                8,
                                Optional.of("libx264"),
                                VideoNotes.NONE));
        VideoProbe probe = VideoProbe.of(out, ImageLimits.DEFAULT);
        VideoProbe input = VideoProbe.of(in, ImageLimits.DEFAULT);
        assertThat(probe.frameRate()).isEqualTo(new Rational(50, 1));
        assertThat(probe.tracks())
                .extracting(VideoProbe.Track::codec)
                .containsExactly("h264", "aac");
        assertThat(probe.duration().orElseThrow().minus(input.duration().orElseThrow()).abs())
                .isLessThan(Duration.ofMillis(2));
        Rational tick = probe.timeBase();
        List<Long> times = timesOf(out);
        assertThat(times).hasSize(50);
        for (int i = 0; i < times.size(); i++) {
            assertThat(times.get(i) * tick.numerator() * 50)
                    .isEqualTo((long) i * tick.denominator());
        }
        assertThat(progress.getLast()).isEqualTo(new WorkProgress("interpolate", 50, 50));
    }

    @Test
    void acrossASceneCutTheNearerFrameIsShownAgain() throws IOException {
        Path in = RealRife.copy("cut-at-4.mp4", dir);

        VideoSummary summary = local.video(in, out, RateRequest.times(4), RealRife.UNWATCHED);

        assertThat(summary.sceneCuts()).isEqualTo(1);
        assertThat(summary.framesWritten()).isEqualTo(32);
        List<RgbFrame> original = RealRife.framesOf(in);
        List<RgbFrame> raised = RealRife.framesOf(out);
        for (int step = 0; step <= 4; step++) {
            RgbFrame shown = raised.get(4 * 3 + step);
            RgbFrame nearer = original.get(step < 2 ? 3 : 4);
            RgbFrame other = original.get(step < 2 ? 4 : 3);
            // two encodings apart; a blend of two scenes would be below 20 dB
            assertThat(RealRife.psnr(shown, nearer)).isGreaterThan(30);
            assertThat(RealRife.psnr(shown, other)).isLessThan(20);
        }
    }

    @Test
    void picturesBecomeAVideoOrAFolder() throws IOException {
        Path start = RealRife.copy("chelsea.png", dir);
        Path end = RealRife.copy("coffee.png", dir);
        StillsRequest request = new StillsRequest(64, 5, new Rational(24, 1));

        local.images(start, end, request, out, RealRife.UNWATCHED);
        local.images(start, end, request, dir.resolve("frames"), RealRife.UNWATCHED);

        assertThat(timesOf(out)).hasSize(5);
        assertThat(VideoProbe.of(out, ImageLimits.DEFAULT).uprightSize())
                .isEqualTo(new FrameSize(96, 64));
        try (Stream<Path> files = Files.list(dir.resolve("frames"))) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())).sorted())
                    .containsExactly("0000.png", "0001.png", "0002.png", "0003.png", "0004.png");
        }
    }

    @Test
    void stoppedWorkLeavesNoFile() throws IOException {
        Path in = RealRife.copy("bunny-1s.mp4", dir);
        WorkObserver stopsAtFrame3 =
                new WorkObserver() {
                    private long frames;

                    @Override
                    public void checkpoint() {
                        if (frames >= 3) {
                            throw new WorkStopped(WorkStopped.Reason.CANCELLED);
                        }
                    }

                    @Override
                    public void progress(WorkProgress progress) {
                        frames = progress.framesDone();
                    }
                };
        assertThatThrownBy(() -> local.video(in, out, RateRequest.times(2), stopsAtFrame3))
                .isInstanceOf(WorkStopped.class);
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files).containsExactly(in);
        }
    }

    @Test
    void anInterruptOfTheCallerStopsItsWork() throws IOException {
        Path in = RealRife.copy("bunny-1s.mp4", dir);
        Thread caller = Thread.currentThread();
        WorkObserver interrupts =
                new WorkObserver() {
                    @Override
                    public void checkpoint() {}

                    @Override
                    public void progress(WorkProgress progress) {
                        caller.interrupt();
                    }
                };
        assertThatThrownBy(() -> local.video(in, out, RateRequest.times(2), interrupts))
                .isInstanceOf(WorkStopped.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatIsNoVideoOrPictureIsRefusedByName() throws IOException {
        Path text = Files.writeString(dir.resolve("text.png"), "once upon a time");
        Path picture = RealRife.copy("coffee.png", dir);
        assertThatThrownBy(() ->
                        local.images(
                                picture,
                                text,
                                new StillsRequest(64, 5, new Rational(24, 1)),
                                out,
                                RealRife.UNWATCHED))
                .isInstanceOf(MediaRejected.class)
                .hasMessageStartingWith(text + ": not an image");
        assertThatThrownBy(
                        () -> local.video(picture, out, RateRequest.times(2), RealRife.UNWATCHED))
                .isInstanceOf(MediaRejected.class);
        assertThatThrownBy(() -> local.video(text, text, RateRequest.times(2), RealRife.UNWATCHED))
                .hasMessageContaining("over its input");
    }

    private static WorkObserver recordingInto(List<WorkProgress> all) {
        return new WorkObserver() {
            @Override
            public void checkpoint() {}

            @Override
            public void progress(WorkProgress progress) {
                all.add(progress);
            }
        };
    }

    private static List<Long> timesOf(Path video) throws IOException {
        List<Long> times = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(video, ImageLimits.DEFAULT)) {
            for (VideoFrame f = reader.next(); f != null; f = reader.next()) {
                try (VideoFrame open = f) {
                    times.add(open.pts());
                }
            }
        }
        return times;
    }
}
