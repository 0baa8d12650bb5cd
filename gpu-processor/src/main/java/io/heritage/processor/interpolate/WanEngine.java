package io.heritage.processor.interpolate;

import io.heritage.media.FramePool;
import io.heritage.media.RgbFrame;
import io.heritage.models.torch.Device;
import io.heritage.models.wan.DoesNotFit;
import io.heritage.models.wan.InterpolationRequest;
import io.heritage.models.wan.WanFiles;
import io.heritage.models.wan.WanInterpolation;
import io.heritage.models.wan.WanSettings;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkStopped;
import io.heritage.processor.output.FrameOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Wan2.2 on a device, with RIFE for the frames between its own. Device thread only. */
final class WanEngine implements AutoCloseable {
    static final String NAME = "wan2.2_i2v_a14b";

    /** Most frames that may be in flight to a sink. */
    private static final int IDLE_FRAMES = 8;

    private final WanInterpolation wan;
    private final InstalledWeights rifeWeights;
    private final Device device;
    private final FileHashes hashes;

    /**
     * @param wan closed by this
     * @param rifeWeights weights for the frames between its own
     */
    WanEngine(WanInterpolation wan, InstalledWeights rifeWeights, Device device) {
        this.wan = wan;
        this.rifeWeights = rifeWeights;
        this.device = device;
        this.hashes = new FileHashes(wan.files().all());
    }

    boolean tiny() {
        return wan.tiny();
    }

    boolean isCuda() {
        return device instanceof Device.Cuda;
    }

    WanSettings settings() {
        return wan.settings();
    }

    /**
     * Makes a video.
     *
     * @throws JobFailed with the numbers and advice, if the device's memory is too small for it
     */
    WanInterpolation.Interpolated run(
            InterpolationRequest request, FrameOutput sink, WorkObserver observer)
            throws IOException {
        var progress = new WanProgress(observer, request.outputFrames());
        try (FramePool pool = new FramePool(request.width(), request.height(), IDLE_FRAMES)) {
            return wan.interpolate(
                    request,
                    (rgb, _) -> {
                        RgbFrame frame = pool.borrow();
                        frame.pixels().put(rgb);
                        deliver(frame, sink);
                        progress.frameDone();
                    },
                    progress.work());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (DoesNotFit e) {
            throw outOfMemory(device, e);
        }
    }

    private static void deliver(RgbFrame frame, FrameOutput sink) {
        try {
            sink.accept(frame);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text that clients expect (docs/restore.md), then the numbers and advice. */
    static JobFailed outOfMemory(Device device, DoesNotFit why) {
        String name =
                switch (device) {
                    case Device.Cpu _ -> "CPU";
                    case Device.Cuda _ -> "CUDA";
                };
        return new JobFailed(
                "Processing failed: %s out of memory: %s".formatted(name, why.getMessage()));
    }

    /**
     * Its files; a hash may be empty.
     *
     * @throws WorkStopped while the files are still being read
     */
    List<WanFiles.HashedFile> origins(WorkObserver observer) throws IOException {
        return hashes.await(observer);
    }

    /** Weights for the frames between its own. */
    InstalledWeights rifeWeights() {
        return rifeWeights;
    }

    @Override
    public void close() {
        hashes.close();
        wan.close();
    }
}
