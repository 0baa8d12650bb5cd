package io.heritage.processor.restore;

import io.heritage.media.AudioPassThrough;
import io.heritage.media.EncodedBy;
import io.heritage.media.ImageLimits;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoWriter;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.device.DeviceThread;
import io.heritage.processor.device.ResidentModels;
import io.heritage.processor.job.Interruptible;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkStopped;
import io.heritage.processor.output.EncoderStart;
import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.RestoreRequest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Restoration in this process, without a server: a file in, a file out. One piece of work at a time
 * on a thread that owns the device; the caller waits for it. An interrupt of the caller cancels its
 * work.
 */
public final class LocalRestoration implements AutoCloseable {
    private final DeviceThread device = new DeviceThread("device-local");
    private final DeviceRuntime runtime;
    private final RestoreModels models;
    private final ImageLimits limits;
    private final boolean keepUnfinished;
    private final EncodedBy encodedBy;

    /** Nothing is loaded before the first piece of work. */
    public LocalRestoration(ProcessorConfig config) {
        this(config, false);
    }

    /**
     * As above.
     *
     * @param keepUnfinished whether a video that is stopped keeps the frames that are restored
     * @throws io.heritage.processor.output.EncoderUnavailable if the encoder that is demanded does
     *     not work here
     */
    public LocalRestoration(ProcessorConfig config, boolean keepUnfinished) {
        this.keepUnfinished = keepUnfinished;
        this.encodedBy = EncoderStart.of(config.encoder());
        this.runtime = new DeviceRuntime(config.devices(), config.threads());
        this.models = new RestoreModels(config, runtime, new ResidentModels(runtime));
        this.limits = config.imageLimits();
    }

    /**
     * Restores an image or a video. The request says how it is written, not the name of {@code
     * out}.
     *
     * @param out replaced if it is there
     * @param observer called on the device's thread
     * @throws JobFailed if the model is not installed or the media cannot be restored
     * @throws io.heritage.media.MediaRejected if it is neither image nor video
     * @throws WorkStopped if the observer stopped it or the caller was interrupted
     */
    public RestoreSummary run(
            RestoreInput.Model model,
            Path in,
            RestoreRequest request,
            Path out,
            WorkObserver observer)
            throws IOException {
        var asked = new Interruptible(observer);
        return device.call(() -> restore(model, in, request, out, asked), asked::interrupt);
    }

    /** Whether the content is an image, which becomes a PNG. */
    public static boolean isImage(Path in) throws IOException {
        try (var media = new RestoreMedia(in, false)) {
            return media.isImage("auto", ImageLimits.DEFAULT);
        }
    }

    private RestoreSummary restore(
            RestoreInput.Model model,
            Path in,
            RestoreRequest request,
            Path out,
            WorkObserver observer)
            throws IOException {
        var network =
                new NetworkRun(
                        models.ready(model, request.options().precision(), observer),
                        request,
                        observer);
        try (var media = new RestoreMedia(in, false)) {
            if (!media.isImage(request.mediaType(), limits)) {
                return new VideoRestoration(network, limits)
                        .run(in, (encoding, sound) -> open(out, encoding, sound));
            }
            try (OutputStream png = new BufferedOutputStream(Files.newOutputStream(out))) {
                return new ImageRestoration(network, limits).run(in, png);
            }
        }
    }

    private VideoWriter open(Path out, VideoEncoding encoding, AudioPassThrough sound)
            throws IOException {
        VideoWriter writer = VideoWriter.open(out, encoding.withEncodedBy(encodedBy), sound);
        return keepUnfinished ? writer.keepUnfinished() : writer;
    }

    @Override
    public void close() throws IOException {
        device.closeAfter(() -> {
            models.close();
            runtime.close();
        });
    }
}
