package io.heritage.processor.interpolate;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.EncodedBy;
import io.heritage.media.ImageLimits;
import io.heritage.media.Rational;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.device.DeviceThread;
import io.heritage.processor.device.ResidentModels;
import io.heritage.processor.job.Interruptible;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkStopped;
import io.heritage.processor.output.EncoderStart;
import io.heritage.processor.output.FrameFile;
import io.heritage.processor.output.PngThreads;
import io.heritage.schemas.VideoRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Videos by Wan2.2 in this process, without a server: images in, a video or a folder out. One piece
 * of work at a time on a thread that owns the device; the caller waits for it. An interrupt of the
 * caller cancels its work.
 */
public final class LocalWan implements AutoCloseable {
    private final DeviceThread device = new DeviceThread("device-local");
    private final DeviceRuntime runtime;
    private final RifeHolder rife;
    private final WanModels models;
    private final ImageLimits limits;
    private final RandomGenerator seeds;
    private final EncodedBy encodedBy;
    private final boolean keepUnfinished;

    /**
     * Nothing is loaded before the first piece of work.
     *
     * @param keepUnfinished whether work that is stopped leaves the frames that it has made
     */
    public LocalWan(ProcessorConfig config, RandomGenerator seeds, boolean keepUnfinished) {
        this.keepUnfinished = keepUnfinished;
        this.encodedBy = EncoderStart.of(config.encoder());
        this.runtime = new DeviceRuntime(config.devices(), config.threads());
        this.rife = new RifeHolder(RifeEngine::open, config, runtime);
        this.models = new WanModels(config, runtime, new ResidentModels(runtime), rife);
        this.limits = config.imageLimits();
        this.seeds = seeds;
    }

    /**
     * Makes a video from the first image to the second or, if there is none, onwards.
     *
     * @param frameRate if the output is a video file
     * @param out a video if its name ends like one, else a folder of PNG files
     * @param observer called on the device's thread
     * @return the {@code metadata} of a server's answer
     * @throws JobFailed if Wan2.2 is not installed or the video does not fit into memory
     * @throws io.heritage.media.MediaRejected naming the image that cannot be used
     * @throws WorkStopped if the observer stopped it or the caller was interrupted
     */
    public JsonNode run(
            Path start,
            Optional<Path> end,
            VideoRequest request,
            Rational frameRate,
            Path out,
            WorkObserver observer)
            throws IOException {
        var interruptible = new Interruptible(observer);
        return device.call(
                () -> make(start, end, request, frameRate, out, interruptible),
                interruptible::interrupt);
    }

    private JsonNode make(
            Path start,
            Optional<Path> end,
            VideoRequest request,
            Rational frameRate,
            Path out,
            WorkObserver observer)
            throws IOException {
        models.requireInstalled();
        try (Keyframes pictures =
                Keyframes.of(
                        Picture.of(start, limits),
                        end.map(file -> Picture.of(file, limits)),
                        request.resolution(),
                        observer)) {
            WanEngine engine = models.ready(observer);
            BigInteger seed = request.seedToUse(seeds);
            int threads = PngThreads.beside(engine.isCuda());
            try (FrameFile file =
                    FrameFile.at(
                            out, pictures.size(), frameRate, encodedBy, threads, keepUnfinished)) {
                var made = engine.run(pictures.video(request, seed), file, observer);
                file.finish();
                var output =
                        new InterpolateOutput(
                                request, FrameFile.formatOf(out), pictures.size(), made.frames());
                file.encoder().ifPresent(output::encodedBy);
                output.madeByWan(engine, made, seed, engine.origins(observer));
                return output.metadata();
            }
        }
    }

    private void free() {
        models.close();
        rife.close();
        runtime.close();
    }

    @Override
    public void close() throws IOException {
        device.closeAfter(this::free);
    }
}
