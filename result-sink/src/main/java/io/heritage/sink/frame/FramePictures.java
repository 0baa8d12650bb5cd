package io.heritage.sink.frame;

import io.heritage.media.FrameFinder;
import io.heritage.media.ImageLimits;
import io.heritage.media.MediaRejected;
import io.heritage.media.PngEncoder;
import io.heritage.media.RgbFrame;
import io.heritage.media.TemporaryFiles;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.MediaRef;
import io.heritage.sink.frame.FrameRefused.Reason;
import io.heritage.sink.reply.MediaSource;
import io.heritage.sink.reply.ReplySlots;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Decodes single frames. A few at a time, on separate threads, because FFmpeg blocks its thread; no
 * owner gets more than half of them. Decoding that takes too long is given up between two frames.
 * Any thread.
 */
public final class FramePictures implements AutoCloseable {
    /** 8K; less than a processor takes, for the sink's machine may be small. */
    static final ImageLimits LIMITS = new ImageLimits(36_000_000, 16_384, 1);

    private static final int AT_ONCE = 4;
    private static final Duration SLOT_WITHIN = Duration.ofSeconds(4);
    private static final Duration LONGEST = Duration.ofSeconds(20);

    /** Extra time for the work to notice that its deadline has passed. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);

    private final MediaCopies copies;
    private final ReplySlots slots = new ReplySlots(AT_ONCE);
    private final ScheduledExecutorService threads =
            Executors.newScheduledThreadPool(
                    AT_ONCE, Thread.ofPlatform().daemon().name("frame-", 0).factory());

    public FramePictures(MediaSource media) {
        copies = new MediaCopies(media, System::nanoTime);
        var _ =
                threads.scheduleAtFixedRate(
                        copies::deleteIdle,
                        LOOK_EVERY.toMillis(),
                        LOOK_EVERY.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /**
     * @param number from 0, as the frames are shown
     * @param longestSide of the picture; a larger frame is made smaller
     * @return to be closed by the caller
     * @throws IOException if the media cannot be read
     */
    public FramePicture find(String owner, MediaRef ref, long number, int longestSide)
            throws FrameRefused, IOException, InterruptedException {
        if (!slots.take(owner, SLOT_WITHIN)) {
            throw busy("too many frames are being decoded, try again");
        }
        var work = new CompletableFuture<FramePicture>();
        long deadline = System.nanoTime() + LONGEST.toNanos();
        try {
            threads.execute(() -> {
                try {
                    work.complete(make(ref, number, longestSide, deadline));
                } catch (Throwable e) {
                    work.completeExceptionally(e);
                } finally {
                    slots.giveBack(owner);
                }
            });
        } catch (RejectedExecutionException closing) {
            slots.giveBack(owner);
            throw busy("the sink is closing");
        }
        return await(work);
    }

    /** The work ends by itself soon after its deadline. */
    private static FramePicture await(CompletableFuture<FramePicture> work)
            throws FrameRefused, IOException, InterruptedException {
        try {
            return work.get(LONGEST.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            var _ = work.thenAccept(FramePicture::close);
            throw busy("the media could not be read within %d s".formatted(LONGEST.toSeconds()));
        } catch (InterruptedException e) {
            var _ = work.thenAccept(FramePicture::close); // the caller has gone
            throw e;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case FrameRefused refused -> throw refused;
                case IOException unreadable -> throw unreadable;
                case RuntimeException failed -> throw failed;
                case null, default ->
                        throw new IllegalStateException("a frame could not be decoded", e);
            }
        }
    }

    private FramePicture make(MediaRef ref, long number, int longestSide, long deadline)
            throws Exception {
        BooleanSupplier late = () -> System.nanoTime() - deadline > 0;
        try {
            return copies.with(
                    ref,
                    (copy, media) -> make(copy.finder(media, late), number, longestSide, late));
        } catch (TimeoutException e) {
            throw busy("the frame was not found within %d s".formatted(LONGEST.toSeconds()));
        } catch (MediaRejected e) {
            throw new FrameRefused(Reason.NO_PICTURE, "not a picture or video: " + e.getMessage());
        }
    }

    private static FramePicture make(
            FrameFinder finder, long number, int longestSide, BooleanSupplier late)
            throws IOException, TimeoutException, FrameRefused {
        Optional<RgbFrame> found = finder.frame(number, late);
        if (found.isEmpty()) {
            throw beyond(number, finder.frames());
        }
        try (RgbFrame frame = found.get();
                RgbFrame shown = FrameFinder.within(frame, longestSide)) {
            return written(shown, new FrameSize(frame.width(), frame.height()), finder.frames());
        }
    }

    private static FrameRefused beyond(long number, OptionalLong frames) {
        long count = frames.orElse(0);
        return new FrameRefused(
                Reason.NO_SUCH_FRAME,
                count == 1
                        ? "frame %d is beyond the end: there is one frame, 0".formatted(number)
                        : "frame %d is beyond the end: there are %d frames, 0 to %d"
                                .formatted(number, count, count - 1));
    }

    private static FramePicture written(RgbFrame frame, FrameSize full, OptionalLong frames)
            throws IOException {
        Path png = TemporaryFiles.ofThisProcess().newFile(".png");
        boolean whole = false;
        try (var encoder = new PngEncoder();
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(png))) {
            encoder.encode(frame, out);
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(png);
            }
        }
        return new FramePicture(png, Files.size(png), full, frames);
    }

    private static FrameRefused busy(String why) {
        return new FrameRefused(Reason.BUSY, why);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        copies.close();
    }
}
