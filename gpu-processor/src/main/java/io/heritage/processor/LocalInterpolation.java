package io.heritage.processor;

import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.MediaRejected;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Interpolation in this process, without a server: files in, files out. Any thread may call, one
 * piece of work is done at a time on a thread that owns the device; the caller waits for it. An
 * interrupt of the caller cancels its work.
 */
public final class LocalInterpolation implements AutoCloseable {
    private final DeviceThread device;
    private final FrameInterpolator engine;
    private final ImageLimits limits;

    private LocalInterpolation(DeviceThread device, FrameInterpolator engine, ImageLimits limits) {
        this.device = device;
        this.engine = engine;
        this.limits = limits;
    }

    /**
     * Loads the network; takes a second or two.
     *
     * @throws RuntimeException naming the file or library that is wrong
     */
    public static LocalInterpolation open(ProcessorConfig config) {
        DeviceThread device = new DeviceThread("device-local");
        try {
            FrameInterpolator engine = device.call(() -> RifeEngine.open(config), () -> {});
            return new LocalInterpolation(device, engine, InterpolateHandler.limits(config));
        } catch (IOException e) {
            device.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    /** What computes. */
    public InstalledWeights weights() {
        return engine.weights();
    }

    /**
     * The frames from one picture to another, as a video if the output's name ends with {@code
     * .mp4}, else as {@code 0000.png} … in a folder of that name.
     *
     * @param observer called on the device's thread
     * @throws MediaRejected naming the picture that cannot be used
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
     * @param times 2, 4 or 8
     * @param observer called on the device's thread
     * @throws MediaRejected if it is no video that can be read
     * @throws WorkStopped if the observer stopped it or the caller was interrupted
     */
    public VideoSummary video(Path in, Path out, int times, WorkObserver observer)
            throws IOException {
        return onDevice(observer, o -> new RaiseFrameRate(engine, limits).run(in, out, times, o));
    }

    private VideoSummary computeStills(
            Path start, Path end, StillsRequest request, Path out, WorkObserver observer)
            throws IOException {
        try (PicturePair pictures =
                        PicturePair.of(
                                picture(start), picture(end), request.resolution(), observer);
                FrameFile file = fileFor(out, pictures.size(), request)) {
            new InterpolateImages(engine).run(pictures, request.frames(), file, observer);
            file.finish();
            return new VideoSummary(pictures.size(), request.frameRate(), 2, request.frames(), 0);
        }
    }

    private FrameFile fileFor(Path out, VideoSize size, StillsRequest request) throws IOException {
        return out.toString().toLowerCase(Locale.ROOT).endsWith(".mp4")
                ? new Mp4File(out, size, request.frameRate())
                : new PngFolder(out, PngThreads.beside(engine.device().isCuda()));
    }

    private Picture picture(Path file) {
        return new Picture(file.toString(), () -> decode(file));
    }

    private RgbFrame decode(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return new ImageDecoder(limits).decode(bytes);
        }
    }

    private VideoSummary onDevice(WorkObserver observer, Work work) throws IOException {
        Interruptible interruptible = new Interruptible(observer);
        return device.call(() -> work.run(interruptible), interruptible::interrupt);
    }

    /** Reads files and writes files. */
    private interface Work {
        VideoSummary run(WorkObserver observer) throws IOException;
    }

    /** Adds the caller's interrupt to an observer. */
    private static final class Interruptible implements WorkObserver {
        private final WorkObserver observer;
        private final AtomicBoolean interrupted = new AtomicBoolean();

        Interruptible(WorkObserver observer) {
            this.observer = observer;
        }

        void interrupt() {
            interrupted.set(true);
        }

        @Override
        public void checkpoint() {
            if (interrupted.get()) {
                throw new WorkStopped(WorkStopped.Reason.CANCELLED);
            }
            observer.checkpoint();
        }

        @Override
        public void progress(WorkProgress progress) {
            observer.progress(progress);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            device.call(this::closeEngine, () -> {});
        } finally {
            device.close();
        }
    }

    private boolean closeEngine() {
        engine.close();
        return true;
    }
}
