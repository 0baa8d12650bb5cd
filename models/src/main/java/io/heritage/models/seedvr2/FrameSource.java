package io.heritage.models.seedvr2;

import java.nio.ByteBuffer;

/** Frames of a video, one after the other. */
@FunctionalInterface
public interface FrameSource {
    /**
     * The next frames, fewer only at the end.
     *
     * @param rgb takes [H, W, 3] samples a frame from its position on, which moves
     * @param frames at most so many
     * @return how many there were; 0 at the end
     */
    int read(ByteBuffer rgb, int frames);

    /** Of the samples of all frames. */
    default SampleBits bits() {
        return SampleBits.EIGHT;
    }

    /** A clip that is in memory. */
    static FrameSource of(RgbClip clip) {
        ByteBuffer rest = clip.rgb().duplicate();
        int frame = RgbClip.bytesPerFrame(clip.size(), clip.bits());
        return of(
                clip.bits(),
                (rgb, frames) -> {
                    int count = Math.min(frames, rest.remaining() / frame);
                    rgb.put(rest.slice(rest.position(), count * frame));
                    rest.position(rest.position() + count * frame);
                    return count;
                });
    }

    /** Frames with samples of so many bits. */
    static FrameSource of(SampleBits bits, FrameSource frames) {
        return new FrameSource() {
            @Override
            public int read(ByteBuffer rgb, int count) {
                return frames.read(rgb, count);
            }

            @Override
            public SampleBits bits() {
                return bits;
            }
        };
    }
}
