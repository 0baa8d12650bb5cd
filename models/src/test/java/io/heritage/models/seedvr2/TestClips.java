package io.heritage.models.seedvr2;

import io.heritage.models.seedvr2.frame.RgbClip;
import io.heritage.schemas.FrameSize;
import java.nio.ByteBuffer;

/** Frames for tests. */
final class TestClips {
    private TestClips() {}

    /** Orange, with a wave that moves. */
    static RgbClip waving(FrameSize size, int frames) {
        ByteBuffer rgb = ByteBuffer.allocateDirect(frames * RgbClip.bytesPerFrame(size));
        for (int t = 0; t < frames; t++) {
            for (int y = 0; y < size.height(); y++) {
                for (int x = 0; x < size.width(); x++) {
                    int wave = (int) (20 * Math.sin((x + y + 3 * t) / 4.0));
                    rgb.put((byte) (200 + wave)).put((byte) (120 + wave)).put((byte) (50 + wave));
                }
            }
        }
        return new RgbClip(size, frames, rgb.flip());
    }
}
