package io.heritage.media;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Walks through a video by neighbours, two frames in memory at a time: the first pair is (frame 0,
 * frame 1), the last (frame n-2, frame n-1). Closes its source and the frames it holds. One thread.
 */
public final class FramePairs implements AutoCloseable {

    private final VideoFrames frames;
    private @Nullable VideoFrame earlier;
    private @Nullable VideoFrame later;

    public FramePairs(VideoFrames frames) throws IOException {
        this.frames = frames;
        later = frames.next();
    }

    /**
     * Advances by one frame: the later frame becomes the earlier one.
     *
     * @return false at the end; then {@link #later()} stays the last frame
     */
    public boolean advance() throws IOException {
        VideoFrame next = frames.next();
        if (next == null) {
            return false;
        }
        if (earlier != null) {
            earlier.close();
        }
        earlier = later;
        later = next;
        return true;
    }

    /**
     * The earlier frame, open until the next {@link #advance()}; there is one once that was true.
     */
    public VideoFrame earlier() {
        return require(earlier);
    }

    /** The later frame; before the first {@link #advance()} the video's first. */
    public VideoFrame later() {
        return require(later);
    }

    private static VideoFrame require(@Nullable VideoFrame frame) {
        if (frame == null) {
            throw new IllegalStateException(
                    "there is no such neighbour: advance() was not true, or the pairs are closed");
        }
        return frame;
    }

    @Override
    public void close() throws IOException {
        if (earlier != null) {
            earlier.close();
            earlier = null;
        }
        if (later != null) {
            later.close();
            later = null;
        }
        frames.close();
    }
}
