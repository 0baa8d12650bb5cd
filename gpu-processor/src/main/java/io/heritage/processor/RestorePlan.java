package io.heritage.processor;

import io.heritage.models.seedvr2.FrameGeometry;
import io.heritage.models.seedvr2.RestoreOptions;
import io.heritage.models.seedvr2.RgbClip;
import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.TemporalChunks;

/**
 * Chunks and steps that fit into the memory there is: long chunks before short ones, since each
 * costs its overlap.
 */
record RestorePlan(TemporalChunks chunks, RestoreOptions options) {
    private static final int[] LENGTHS = {61, 33, 17, 9, 5};
    private static final int OVERLAP = 4;
    private static final int CUDA_LENGTH = 33;

    /** Of the decoded frames of a chunk, two of which are held. */
    private static final long CHUNK_BYTES = 512L << 20;

    static RestorePlan image(
            SeedVr2 model, FrameGeometry geometry, RestoreOptions options, boolean cuda) {
        return new RestorePlan(
                new TemporalChunks(1, 0), cuda ? options : fitting(model, geometry, 1, options));
    }

    /**
     * @param frames of the video as far as it says so, else 0
     * @throws JobFailed with the numbers, if nothing fits
     */
    static RestorePlan video(
            SeedVr2 model,
            FrameGeometry geometry,
            long frames,
            RestoreOptions options,
            boolean cuda) {
        if (cuda) {
            return new RestorePlan(chunks(CUDA_LENGTH, frames), options);
        }
        for (int length : LENGTHS) {
            TemporalChunks chunks = chunks(length, frames);
            if (length == LENGTHS[LENGTHS.length - 1]) {
                return new RestorePlan(chunks, fitting(model, geometry, length, options));
            }
            if ((long) chunks.length() * RgbClip.bytesPerFrame(geometry.input()) > CHUNK_BYTES) {
                continue;
            }
            try {
                return new RestorePlan(
                        chunks,
                        model.fitting(
                                geometry,
                                chunks.length(),
                                options,
                                DeviceMemory.usableOfMachine()));
            } catch (IllegalArgumentException _) {
                // A shorter chunk may fit; the shortest one says why not.
            }
        }
        throw new IllegalStateException("no chunk lengths");
    }

    /** No longer than the video: whole chunks are kept in memory. */
    private static TemporalChunks chunks(int length, long frames) {
        long needed = frames <= 0 ? length : Math.ceilDiv(frames - 1, 4) * 4 + 1;
        return new TemporalChunks((int) Math.min(length, needed), OVERLAP);
    }

    private static RestoreOptions fitting(
            SeedVr2 model, FrameGeometry geometry, int frames, RestoreOptions options) {
        try {
            return model.fitting(geometry, frames, options, DeviceMemory.usableOfMachine());
        } catch (IllegalArgumentException e) {
            throw new JobFailed("Processing failed: CPU out of memory: " + e.getMessage());
        }
    }
}
