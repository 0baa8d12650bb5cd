package io.heritage.models.seedvr2;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Division of a long video into clips that are restored one after the other (docs/spec/seedvr2.md,
 * section 7).
 *
 * @param length frames of a chunk, 4n+1
 * @param overlap frames that a chunk shares with the one before, which are cross-faded
 */
public record TemporalChunks(int length, int overlap) {
    /** Half-open range of frames. */
    public record FrameRange(int from, int to) {
        public int frames() {
            return to - from;
        }
    }

    public TemporalChunks {
        if (length < 1 || overlap < 0) {
            throw new IllegalArgumentException(
                    "chunks of %d frames with an overlap of %d; expected at least 1 frame and no negative overlap"
                            .formatted(length, overlap));
        }
        if (overlap >= length) {
            overlap = 0;
        }
    }

    public List<FrameRange> of(int frames) {
        List<FrameRange> chunks = new ArrayList<>();
        int step = length - overlap;
        for (int from = 0; from < frames; from += step) {
            int to = Math.min(from + length, frames);
            if (from > 0 && to - from <= overlap) {
                break;
            }
            chunks.add(new FrameRange(from, to));
        }
        return chunks;
    }

    /** Weight of the earlier chunk in each shared frame: 1 to 0 along a cosine. */
    public static double[] fadeOut(int overlap) {
        return IntStream.range(0, overlap)
                .mapToDouble(i -> overlap == 1 ? 0 : (double) i / (overlap - 1))
                .map(at -> overlap < 3 ? 1 - at : cosine(Math.clamp((at - 1.0 / 3) * 3, 0, 1)))
                .toArray();
    }

    private static double cosine(double u) {
        return 0.5 + 0.5 * Math.cos(Math.PI * u);
    }
}
