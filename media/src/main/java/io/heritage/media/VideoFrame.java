package io.heritage.media;

/**
 * One decoded frame and when it is shown; closing it gives its pixels back.
 *
 * @param pixels upright
 * @param pts when it is shown, in the video's time base, from the start of the file; larger than
 *     the one before
 * @param duration how long it is meant to be shown, in the video's time base; at least 1
 */
public record VideoFrame(RgbFrame pixels, long pts, long duration) implements AutoCloseable {
    /** The same frame for another holder, see {@link RgbFrame#shared()}. */
    public VideoFrame shared() {
        return new VideoFrame(pixels.shared(), pts, duration);
    }

    @Override
    public void close() {
        pixels.close();
    }
}
