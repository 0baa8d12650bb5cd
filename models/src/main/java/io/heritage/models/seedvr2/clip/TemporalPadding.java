package io.heritage.models.seedvr2.clip;

import io.heritage.models.seedvr2.vae.VaeLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Frames that pad a clip to 4n+1 frames, as the VAE requires. */
public final class TemporalPadding {
    private static final int FACTOR = VaeLayout.TEMPORAL_FACTOR;

    private static final int ONE_DEVICE = 1;

    private TemporalPadding() {}

    /** Length after padding of a clip that one device restores whole, as all of ours are. */
    public static int paddedLength(int frames) {
        return paddedLength(frames, ONE_DEVICE);
    }

    /**
     * Copies of the last frame (docs/spec/seedvr2.md, section 1.1). One frame stays one.
     *
     * @param devices that share the clip in time, in the reference
     */
    public static int paddedLength(int frames, int devices) {
        int step = FACTOR * devices;
        if (frames == 1) {
            return 1;
        }
        return frames <= step ? step + 1 : Math.ceilDiv(frames - 1, step) * step + 1;
    }

    public static List<Integer> repeatLast(int frames, int devices) {
        return IntStream.range(0, paddedLength(frames, devices))
                .mapToObj(i -> Math.min(i, frames - 1))
                .toList();
    }

    /** Mirrored frames (docs/spec/seedvr2.md, section 7): the port's way. */
    public static List<Integer> mirrored(int frames) {
        return appended(frames, (FACTOR - (frames - 1) % FACTOR) % FACTOR);
    }

    /** The frames, then some of them mirrored. */
    public static List<Integer> appended(int frames, int count) {
        List<Integer> list = new ArrayList<>(IntStream.range(0, frames).boxed().toList());
        boolean enough = count < frames;
        for (int i = 0; i < count; i++) {
            int mirrored = enough ? frames - 2 - i : frames - 1 - i;
            list.add(mirrored >= (enough ? 0 : 1) ? mirrored : frames - 1);
        }
        return list;
    }

    /** Some of the frames mirrored, then the frames. */
    public static List<Integer> prepended(int frames, int count) {
        List<Integer> list = new ArrayList<>();
        for (int i = count; i >= 1; i--) {
            list.add(Math.min(i, frames - 1));
        }
        list.addAll(IntStream.range(0, frames).boxed().toList());
        return list;
    }
}
