package io.heritage.models.seedvr2;

import io.heritage.models.seedvr2.frame.RgbClip;
import io.heritage.schemas.SampleDepth;
import java.nio.ByteBuffer;

/** Frames of a video, one after the other; a cut ends a scene. */
@FunctionalInterface
public interface FrameSource {
    /**
     * The next frames of a scene, fewer only at its end.
     *
     * @param rgb takes [H, W, 3] samples a frame from its position on, which moves
     * @param frames most frames to read
     * @return number of frames read; 0 at the end of the scene
     */
    int read(ByteBuffer rgb, int frames);

    /** Begins the next scene after the end of one; false if there is none. */
    default boolean nextScene() {
        return false;
    }

    /** Bits of a sample, the same in all frames. */
    default SampleDepth bits() {
        return SampleDepth.EIGHT;
    }

    /** A clip in memory. */
    static FrameSource of(RgbClip clip) {
        ByteBuffer rest = clip.rgb().duplicate();
        int frame = RgbClip.bytesPerFrame(clip.size(), clip.bits());
        return new FrameSource() {
            @Override
            public int read(ByteBuffer rgb, int frames) {
                int count = Math.min(frames, rest.remaining() / frame);
                rgb.put(rest.slice(rest.position(), count * frame));
                rest.position(rest.position() + count * frame);
                return count;
            }

            @Override
            public SampleDepth bits() {
                return clip.bits();
            }
        };
    }
}
