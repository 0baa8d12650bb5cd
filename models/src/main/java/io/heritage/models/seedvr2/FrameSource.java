package io.heritage.models.seedvr2;

import java.nio.ByteBuffer;

/** Frames of a video, one after the other. */
@FunctionalInterface
public interface FrameSource {
    /**
     * The next frames, fewer only at the end.
     *
     * @param rgb takes uint8 [H, W, 3] a frame from its position on, which moves
     * @param frames at most so many
     * @return how many there were; 0 at the end
     */
    int read(ByteBuffer rgb, int frames);

    /** A clip that is in memory. */
    static FrameSource of(RgbClip clip) {
        ByteBuffer rest = clip.rgb().duplicate();
        int frame = RgbClip.bytesPerFrame(clip.size());
        return (rgb, frames) -> {
            int count = Math.min(frames, rest.remaining() / frame);
            rgb.put(rest.slice(rest.position(), count * frame));
            rest.position(rest.position() + count * frame);
            return count;
        };
    }
}
