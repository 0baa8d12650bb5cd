package io.heritage.models.seedvr2.vae;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a clip that encoder or decoder takes at once (docs/spec/seedvr2.md, section 5.6). The
 * division changes memory and speed, not the result.
 *
 * @param from first latent frame
 * @param length latent frames
 * @param last of the clip
 */
record VaeSlice(int from, int length, boolean last) {
    private static final int FACTOR = VaeLayout.TEMPORAL_FACTOR;

    /**
     * @param latentFrames of the clip
     * @param frames of a slice in pixels, a multiple of 4; the first has one more
     */
    static List<VaeSlice> of(int latentFrames, int frames) {
        if (frames < FACTOR || frames % FACTOR != 0) {
            throw new IllegalArgumentException(
                    "slices of %d frames, must be a multiple of %d".formatted(frames, FACTOR));
        }
        int groups = frames / FACTOR;
        List<VaeSlice> slices = new ArrayList<>();
        for (int from = 0; from < latentFrames; ) {
            int to = Math.min(from + groups + (from == 0 ? 1 : 0), latentFrames);
            slices.add(new VaeSlice(from, to - from, to == latentFrames));
            from = to;
        }
        return slices;
    }

    /** First frame in pixels. */
    int firstFrame() {
        return from == 0 ? 0 : FACTOR * (from - 1) + 1;
    }

    int frames() {
        return from == 0 ? FACTOR * (length - 1) + 1 : FACTOR * length;
    }
}
