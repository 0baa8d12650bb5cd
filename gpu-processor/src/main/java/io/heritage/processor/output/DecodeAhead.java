package io.heritage.processor.output;

import io.heritage.media.VideoFrame;
import io.heritage.media.VideoReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a video on its own thread, some frames ahead of the computing thread. The caller closes
 * the reader, after this.
 */
public final class DecodeAhead implements AutoCloseable {
    private final FrameSupply video;
    private final int most;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("decode-ahead").factory());
    private final Deque<Future<Optional<VideoFrame>>> ahead = new ArrayDeque<>();
    private volatile boolean abandoned;
    private boolean ended;

    /** Source of frames; null after the last. Called on the decoding thread. */
    @FunctionalInterface
    public interface FrameSupply {
        @Nullable VideoFrame next() throws IOException;
    }

    /**
     * @param most frames that are decoded ahead
     */
    public DecodeAhead(VideoReader reader, int most) {
        this(reader::next, most);
    }

    /**
     * @param most frames that are decoded ahead
     */
    public DecodeAhead(FrameSupply video, int most) {
        this.video = video;
        this.most = most;
    }

    /**
     * The next frame, which the caller closes; null after the last.
     *
     * @throws io.heritage.media.MediaRejected if the video breaks off or is damaged here
     */
    public @Nullable VideoFrame next() throws IOException {
        while (ahead.size() < most) {
            ahead.add(thread.submit(this::decode));
        }
        return Futures.of(ahead.remove()).orElse(null);
    }

    private Optional<VideoFrame> decode() throws IOException {
        if (ended || abandoned) {
            return Optional.empty();
        }
        Optional<VideoFrame> frame = Optional.ofNullable(video.next());
        ended = frame.isEmpty();
        return frame;
    }

    @Override
    public void close() {
        abandoned = true;
        thread.close();
        for (Future<Optional<VideoFrame>> frame : ahead) {
            if (frame.state() == Future.State.SUCCESS) {
                frame.resultNow().ifPresent(VideoFrame::close);
            }
        }
    }
}
