package io.heritage.processor.interpolate;

import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoReader;
import io.heritage.processor.Installation;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What tests with the real network and its shipped weights have in common. */
public final class RealRife {
    public static final WorkObserver UNWATCHED =
            new WorkObserver() {
                @Override
                public void checkpoint() {}

                @Override
                public void progress(WorkProgress progress) {}
            };

    private RealRife() {}

    static DeviceRuntime runtime() {
        return new DeviceRuntime(config().devices(), 1);
    }

    static ProcessorConfig config() {
        return Installation.config(Duration.ZERO);
    }

    static Path copy(String resource, Path folder) throws IOException {
        return Files.write(folder.resolve(resource), Installation.resource(resource));
    }

    static List<RgbFrame> framesOf(Path video) throws IOException {
        List<RgbFrame> frames = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(video, ImageLimits.DEFAULT)) {
            for (VideoFrame f = reader.next(); f != null; f = reader.next()) {
                try (VideoFrame open = f) {
                    RgbFrame copy =
                            RgbFrame.allocate(open.pixels().width(), open.pixels().height());
                    copy.copyFrom(open.pixels());
                    frames.add(copy);
                }
            }
        }
        return frames;
    }

    /** In dB, over all three channels. */
    static double psnr(RgbFrame a, RgbFrame b) {
        ByteBuffer x = a.pixels();
        ByteBuffer y = b.pixels();
        double sum = 0;
        for (int i = 0; i < a.bytes(); i++) {
            double d = (x.get(i) & 0xff) - (y.get(i) & 0xff);
            sum += d * d;
        }
        return sum == 0 ? 99 : 10 * Math.log10(255.0 * 255.0 * a.bytes() / sum);
    }

    static RgbFrame average(RgbFrame a, RgbFrame b) {
        RgbFrame mean = RgbFrame.allocate(a.width(), a.height());
        ByteBuffer x = a.pixels();
        ByteBuffer y = b.pixels();
        ByteBuffer out = mean.pixels();
        for (int i = 0; i < a.bytes(); i++) {
            out.put(i, (byte) (((x.get(i) & 0xff) + (y.get(i) & 0xff) + 1) / 2));
        }
        return mean;
    }
}
