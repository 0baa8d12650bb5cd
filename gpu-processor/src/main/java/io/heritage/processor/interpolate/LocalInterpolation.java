package io.heritage.processor.interpolate;

import io.heritage.media.EncodedBy;
import io.heritage.media.ImageLimits;
import io.heritage.media.MediaRejected;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.device.DeviceThread;
import io.heritage.processor.job.Interruptible;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkStopped;
import io.heritage.processor.output.EncoderStart;
import io.heritage.processor.output.FrameFile;
import io.heritage.processor.output.PngThreads;
import io.heritage.processor.output.VideoNotes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Interpolation in this process, without a server: files in, files out. Any thread may call. A
 * thread that owns the device does one piece of work at a time while the caller waits. Interrupting
 * the caller cancels its work.
 */
public final class LocalInterpolation implements AutoCloseable {
    private final DeviceThread device;
    private final DeviceRuntime runtime;
    private final FrameInterpolator engine;
    private final ImageLimits limits;
    private final EncodedBy encodedBy;
    private final boolean keepUnfinished;

    private LocalInterpolation(
            DeviceThread device,
            DeviceRuntime runtime,
            FrameInterpolator engine,
            ImageLimits limits,
            EncodedBy encodedBy,
            boolean keepUnfinished) {
        this.encodedBy = encodedBy;
        this.keepUnfinished = keepUnfinished;
        this.device = device;
        this.runtime = runtime;
        this.engine = engine;
        this.limits = limits;
    }

    /**
     * Loads the network, which takes a second or two.
     *
     * @throws RuntimeException naming the file or library that is wrong
     */
    public static LocalInterpolation open(ProcessorConfig config) {
        return open(config, false);
    }

    /**
     * As above.
     *
     * @param keepUnfinished whether work that is stopped leaves the frames that it has made
     */
    public static LocalInterpolation open(ProcessorConfig config, boolean keepUnfinished) {
        EncodedBy encodedBy = EncoderStart.of(config.encoder());
        DeviceThread device = new DeviceThread("device-local");
        DeviceRuntime runtime = new DeviceRuntime(config.devices(), config.threads());
        try {
            FrameInterpolator engine = device.call(() -> engine(config, runtime), () -> {});
            return new LocalInterpolation(
                    device, runtime, engine, config.imageLimits(), encodedBy, keepUnfinished);
        } catch (IOException e) {
            device.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    private static FrameInterpolator engine(ProcessorConfig config, DeviceRuntime runtime) {
        try {
            return RifeEngine.open(config, runtime);
        } catch (RuntimeException e) {
            runtime.close();
            throw e;
        }
    }

    /** The weights that compute the frames. */
    public InstalledWeights weights() {
        return engine.weights();
    }

    /**
     * Computes the frames from one image to another. They are written as a video if the output's
     * name ends like one, else as {@code 0000.png} … in a folder of that name.
     *
     * @param observer called on the device's thread
     * @throws MediaRejected naming the image that cannot be used
     * @throws WorkStopped if the observer stopped it or the caller was interrupted
     */
    public VideoSummary images(
            Path start, Path end, StillsRequest request, Path out, WorkObserver observer)
            throws IOException {
        return onDevice(observer, o -> computeStills(start, end, request, out, o));
    }

    /**
     * Raises the frame rate of a video; see {@link RaiseFrameRate}.
     *
     * @param observer called on the device's thread
     * @throws MediaRejected if it is no video that can be read
     * @throws WorkStopped if the observer stopped it or the caller was interrupted
     */
    public VideoSummary video(Path in, Path out, RateRequest request, WorkObserver observer)
            throws IOException {
        return onDevice(
                observer,
                o ->
                        new RaiseFrameRate(engine, limits, encodedBy, keepUnfinished)
                                .run(in, out, request, o));
    }

    private VideoSummary computeStills(
            Path start, Path end, StillsRequest request, Path out, WorkObserver observer)
            throws IOException {
        try (PicturePair pictures =
                        PicturePair.of(
                                Picture.of(start, limits),
                                Picture.of(end, limits),
                                request.resolution(),
                                observer);
                FrameFile file =
                        FrameFile.at(
                                out,
                                pictures.size(),
                                request.frameRate(),
                                encodedBy,
                                PngThreads.beside(engine.device().isCuda()),
                                keepUnfinished)) {
            new InterpolateImages(engine).run(pictures, request.frames(), file, observer);
            file.finish();
            return new VideoSummary(
                    pictures.size(),
                    request.frameRate(),
                    2,
                    request.frames(),
                    0,
                    8,
                    file.encoder(),
                    VideoNotes.NONE);
        }
    }

    private VideoSummary onDevice(WorkObserver observer, DeviceCall call) throws IOException {
        Interruptible interruptible = new Interruptible(observer);
        return device.call(() -> call.run(interruptible), interruptible::interrupt);
    }

    /** Work on files that runs on the device's thread. */
    private interface DeviceCall {
        VideoSummary run(WorkObserver observer) throws IOException;
    }

    @Override
    public void close() throws IOException {
        device.closeAfter(() -> {
            engine.close();
            runtime.close();
        });
    }
}
