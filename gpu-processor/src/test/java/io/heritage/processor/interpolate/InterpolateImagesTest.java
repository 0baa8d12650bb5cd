package io.heritage.processor.interpolate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.media.ImageResampler;
import io.heritage.media.RgbFrame;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.job.WorkStopped;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the real network and the weights that ship. */
@Timeout(300)
class InterpolateImagesTest {
    private static final FrameSize SMALL = new FrameSize(96, 64);

    @TempDir static Path dir;
    private static DeviceRuntime runtime;
    private static RifeEngine engine;
    private static List<RgbFrame> bunny;

    @BeforeAll
    static void load() throws IOException {
        runtime = RealRife.runtime();
        engine = RifeEngine.open(RealRife.config(), runtime);
        bunny = RealRife.framesOf(RealRife.copy("bunny-every-third.mp4", dir));
    }

    @AfterAll
    static void unload() {
        engine.close();
        runtime.close();
    }

    @Test
    void theMiddleOfHeldBackTriplesIsNearerToTheTrueFrameThanTheAverageOfItsNeighbours()
            throws IOException {
        double computed = 0;
        double averaged = 0;
        int triples = 0;
        FrameSize full = new FrameSize(bunny.getFirst().width(), bunny.getFirst().height());
        for (int i = 1; i + 1 < bunny.size(); i += 3) {
            RgbFrame truth = bunny.get(i);
            RgbFrame before = bunny.get(i - 1);
            RgbFrame after = bunny.get(i + 1);
            RgbFrame middle = run(before, after, full, 3).get(1);
            computed += RealRife.psnr(middle, truth);
            averaged += RealRife.psnr(RealRife.average(before, after), truth);
            triples++;
        }
        System.out.printf(
                "PSNR of %d triples: computed %.2f dB, average %.2f dB%n",
                triples, computed / triples, averaged / triples);
        assertThat(computed / triples).isGreaterThan(averaged / triples + 1.0); // measured: see log
    }

    @Test
    void theFirstAndTheLastFrameAreThePicturesThemselves() throws IOException {
        ImageResampler resampler = new ImageResampler();
        RgbFrame first = bunny.getFirst();
        RgbFrame last = bunny.getLast();

        List<RgbFrame> frames = run(first, last, SMALL, 5);

        assertThat(frames).hasSize(5);
        assertThat(RealRife.psnr(frames.getFirst(), resampler.fit(first, SMALL))).isEqualTo(99);
        assertThat(RealRife.psnr(frames.getLast(), resampler.fit(last, SMALL))).isEqualTo(99);
        assertThat(RealRife.psnr(frames.get(1), frames.getFirst()))
                .isGreaterThan(RealRife.psnr(frames.get(3), frames.getFirst()));
    }

    @Test
    void workThatIsStoppedEndsBetweenTwoBlocks() {
        List<RgbFrame> frames = new ArrayList<>();
        WorkObserver stopsInTheSecondFrame =
                new WorkObserver() {
                    @Override
                    public void checkpoint() {
                        if (frames.size() == 1) {
                            throw new WorkStopped(WorkStopped.Reason.CANCELLED);
                        }
                    }

                    @Override
                    public void progress(WorkProgress progress) {}
                };
        assertThatThrownBy(() ->
                        new InterpolateImages(engine)
                                .run(
                                        pair(bunny.getFirst(), bunny.getLast(), SMALL),
                                        33,
                                        frames::add,
                                        stopsInTheSecondFrame))
                .isInstanceOf(WorkStopped.class);
        assertThat(frames).hasSize(1);
    }

    private static List<RgbFrame> run(RgbFrame start, RgbFrame end, FrameSize size, int count)
            throws IOException {
        List<RgbFrame> frames = new ArrayList<>();
        new InterpolateImages(engine)
                .run(pair(start, end, size), count, frames::add, RealRife.UNWATCHED);
        return frames;
    }

    private static PicturePair pair(RgbFrame start, RgbFrame end, FrameSize size) {
        ImageResampler resampler = new ImageResampler();
        return new PicturePair(resampler.fit(start, size), resampler.fit(end, size));
    }
}
