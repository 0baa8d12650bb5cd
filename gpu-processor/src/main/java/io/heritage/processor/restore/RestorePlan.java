package io.heritage.processor.restore;

import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.TemporalChunks;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.processor.job.JobFailed;
import io.heritage.schemas.SampleDepth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Chunks and options that fit into the available memory. Long chunks come before short ones, since
 * each chunk costs its overlap. The number of devices makes no difference, so the result does not
 * depend on it.
 */
record RestorePlan(TemporalChunks chunks, RestoreOptions options) {
    private static final int[] LENGTHS = {121, 61, 33, 17, 9, 5};
    private static final int SHORTEST = LENGTHS[LENGTHS.length - 1];
    private static final int LONGEST_OVERLAP = 4;

    /** Decoded frames of a chunk take no more host memory than this. */
    private static final long CHUNK_BYTES = 512L << 20;

    /** 33 frames of 1280x720, or as much of another size. */
    private static final long SEGMENT_CHUNK_PIXELS = 33L * 1280 * 720;

    /** Longer ones gain little, and a CPU has none. */
    private static final int LONGEST_SEGMENT_CHUNK = 61;

    /** Adapts the options of a clip to memory: {@link SeedVr2#fitting}. */
    interface Fitting {
        RestoreOptions of(
                FrameGeometry geometry, int frames, RestoreOptions options, long available);
    }

    /**
     * If the plan differs from that of an empty device, it is made again after libtorch's cache was
     * released, and once more after models that this job does not need were evicted.
     *
     * @throws JobFailed as {@code planning} does, when nothing is left to evict
     */
    static RestorePlan making(
            ReplicatedModel.DeviceBudget memory, Function<MemoryBudget, RestorePlan> planning) {
        MemoryBudget budget = memory.budget();
        if (!budget.shared()) {
            return planning.apply(budget);
        }
        RestorePlan best = planning.apply(budget.unlimited());
        if (isMade(best, budget, planning)) {
            return best;
        }
        memory.releaseKept();
        if (!isMade(best, memory.budget(), planning)) {
            memory.evictIdle();
        }
        return planning.apply(memory.budget());
    }

    private static boolean isMade(
            RestorePlan wanted, MemoryBudget of, Function<MemoryBudget, RestorePlan> planning) {
        return ifAny(() -> planning.apply(of)).equals(Optional.of(wanted));
    }

    /**
     * @throws JobFailed with the numbers, if it does not fit
     */
    static RestorePlan image(
            Fitting model, FrameGeometry geometry, RestoreOptions options, MemoryBudget memory) {
        return fitting(model, geometry, new TemporalChunks(1, 0), options, memory);
    }

    /**
     * Begins with the budget of chunks and takes more only as long as tiles would be needed.
     *
     * @param bits sample depth of its frames
     * @param frames number that the video states, 0 if it states none
     * @throws JobFailed with the numbers, if nothing fits
     */
    static RestorePlan video(
            Fitting model,
            FrameGeometry geometry,
            SampleDepth bits,
            long frames,
            RestoreOptions options,
            MemoryBudget memory) {
        long frame = 3 * geometry.input().pixels() * bits.bytes();
        if (frame * SHORTEST > Integer.MAX_VALUE) {
            throw new JobFailed(
                    "media of %s pixels: %d frames of a video take at most 2 GiB, found %.1f"
                            .formatted(geometry.input(), SHORTEST, frame * SHORTEST / 0x1p30));
        }
        int longest = (int) Math.min(memory.longestChunk(), CHUNK_BYTES / frame);
        long bytes = memory.chunkBytes();
        while (bytes < memory.bytes()) {
            MemoryBudget part = memory.part(bytes);
            Optional<RestorePlan> plan =
                    ifAny(() -> longest(model, geometry, frames, options, part, longest));
            if (plan.isPresent() && plan.get().cost() == 0) {
                return plan.get();
            }
            bytes += bytes / 4;
        }
        return longest(model, geometry, frames, options, memory, longest);
    }

    /**
     * Chunks of a video that several workers restore: of the same length on all of them, so small
     * that each of them can be expected to have the memory.
     *
     * @param bits sample depth of its frames
     */
    static TemporalChunks segmentChunks(FrameGeometry geometry, SampleDepth bits) {
        long restored = SEGMENT_CHUNK_PIXELS / Math.max(1, geometry.output().pixels());
        long decoded = CHUNK_BYTES / (3 * geometry.input().pixels() * bits.bytes());
        int length =
                Arrays.stream(LENGTHS)
                        .filter(frames -> frames <= Math.min(restored, decoded))
                        .filter(frames -> frames <= LONGEST_SEGMENT_CHUNK)
                        .findFirst()
                        .orElse(SHORTEST);
        return chunks(length, 0);
    }

    /**
     * Options for chunks that are given.
     *
     * @throws JobFailed with the numbers, if they do not fit
     */
    static RestorePlan segment(
            Fitting model,
            FrameGeometry geometry,
            TemporalChunks chunks,
            RestoreOptions options,
            MemoryBudget memory) {
        for (long bytes = memory.chunkBytes(); bytes < memory.bytes(); bytes += bytes / 4) {
            MemoryBudget part = memory.part(bytes);
            Optional<RestorePlan> plan =
                    ifAny(() -> fitting(model, geometry, chunks, options, part));
            if (plan.isPresent() && plan.get().cost() == 0) {
                return plan.get();
            }
        }
        return fitting(model, geometry, chunks, options, memory);
    }

    /** The longest chunks of the best kind that fit. */
    private static RestorePlan longest(
            Fitting model,
            FrameGeometry geometry,
            long frames,
            RestoreOptions options,
            MemoryBudget memory,
            int longest) {
        List<RestorePlan> plans = new ArrayList<>();
        for (int length : LENGTHS) {
            if (length > SHORTEST && length <= longest) {
                // Where none fits, the shortest chunk says why.
                ifAny(() -> fitting(model, geometry, chunks(length, frames), options, memory))
                        .ifPresent(plans::add);
            }
        }
        plans.add(fitting(model, geometry, chunks(SHORTEST, frames), options, memory));
        return plans.stream().min(Comparator.comparingInt(RestorePlan::cost)).orElseThrow();
    }

    private static Optional<RestorePlan> ifAny(Supplier<RestorePlan> planning) {
        try {
            return Optional.of(planning.get());
        } catch (JobFailed _) {
            return Optional.empty();
        }
    }

    /**
     * Prefers shorter chunks to tiles, which change the result, and tiles to weights on the host.
     */
    private int cost() {
        return (options.tiling() == null ? 0 : 1) + (options.blocksOnHost() ? 2 : 0);
    }

    /** Not longer than the video: whole chunks are kept in memory. Shared frames cost twice. */
    private static TemporalChunks chunks(int length, long frames) {
        long needed = frames <= 0 ? length : Math.ceilDiv(frames - 1, 4) * 4 + 1;
        int shared = Math.min(LONGEST_OVERLAP, (length - 1) / 4);
        return new TemporalChunks((int) Math.min(length, needed), shared);
    }

    private static RestorePlan fitting(
            Fitting model,
            FrameGeometry geometry,
            TemporalChunks chunks,
            RestoreOptions options,
            MemoryBudget memory) {
        try {
            return new RestorePlan(
                    chunks, model.of(geometry, chunks.length(), options, memory.bytes()));
        } catch (IllegalArgumentException e) {
            throw new JobFailed(
                    "Processing failed: %s out of memory: %s"
                            .formatted(memory.device(), e.getMessage()));
        }
    }
}
