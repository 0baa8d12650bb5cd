package io.heritage.media;

import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Single frames of a picture or video by number, from 0 in display order: frame {@code n} is the
 * {@code n}-th frame of {@link VideoReader}, found without decoding everything before it if the
 * file has key frames with known places. A picture has one frame. Holds no native memory between
 * calls; any thread.
 */
public final class FrameFinder {
    private static final int HEADER = 1 << 16;

    private final Path file;
    private final ImageLimits limits;
    private final boolean picture;
    private final Optional<FrameIndex> index;
    private volatile long frames;

    private FrameFinder(Path file, ImageLimits limits, boolean picture) {
        this.file = file;
        this.limits = limits;
        this.picture = picture;
        this.index = picture ? Optional.empty() : indexOf(file, limits);
        this.frames = picture ? 1 : index.map(FrameIndex::frames).orElse(-1);
    }

    private static Optional<FrameIndex> indexOf(Path file, ImageLimits limits) {
        try (MediaFile opened = MediaFile.open(file, limits)) {
            return FrameIndex.of(opened);
        }
    }

    /**
     * Reads through a video's packets once.
     *
     * @throws MediaRejected if it is neither picture nor video, or beyond the limits
     */
    public static FrameFinder of(Path file, ImageLimits limits) throws IOException {
        return new FrameFinder(file, limits, isPicture(file, limits));
    }

    private static boolean isPicture(Path file, ImageLimits limits) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return switch (ImageProbe.of(ByteBuffer.wrap(bytes.readNBytes(HEADER)))) {
                case ImageProbe.NotAnImage _ -> false;
                case ImageProbe.Readable(ImageHeader header) ->
                        header.format() != ImageFormat.GIF || !isAnimated(file, limits);
                case ImageProbe.HeaderCutOff _, ImageProbe.Damaged _ -> true;
            };
        }
    }

    private static boolean isAnimated(Path file, ImageLimits limits) {
        try {
            return VideoProbe.hasSeveralFrames(file, limits);
        } catch (MediaRejected _) {
            return false; // decoding it as a picture says what is wrong
        }
    }

    /** Number of frames, if known by now. */
    public OptionalLong frames() {
        return frames < 0 ? OptionalLong.empty() : OptionalLong.of(frames);
    }

    /** Heap bytes of the index of its frames. */
    public long heapBytes() {
        return index.map(FrameIndex::heapBytes).orElse(0L);
    }

    /** Whether a frame is found from the key frame before it. */
    boolean isIndexed() {
        return index.isPresent();
    }

    /**
     * One frame of 8 bit, which the caller closes; empty if there are fewer.
     *
     * @param stop checked between frames
     * @throws TimeoutException if stopped
     * @throws MediaRejected if the file is damaged before that frame
     */
    public Optional<RgbFrame> frame(long number, BooleanSupplier stop)
            throws IOException, TimeoutException {
        if (frames >= 0 && number >= frames) {
            return Optional.empty();
        }
        if (picture) {
            try (InputStream bytes = Files.newInputStream(file)) {
                return Optional.of(new ImageDecoder(limits).decode(bytes));
            }
        }
        if (index.isPresent()) {
            Optional<RgbFrame> found = fromKey(index.get(), (int) number, stop);
            if (found.isPresent()) {
                return found;
            }
        }
        return fromStart(number, stop);
    }

    /** Empty if the file does not match its index. */
    private Optional<RgbFrame> fromKey(FrameIndex known, int number, BooleanSupplier stop)
            throws IOException, TimeoutException {
        long wanted = known.shown()[number];
        try (VideoReader reader = VideoReader.open(file, limits)) {
            if (reader.deinterlaced() || !reader.jump(known.keyBefore(number))) {
                return Optional.empty();
            }
            while (reader.hasNext()) {
                long shown = reader.stampOfNext();
                if (reader.deinterlaced() || shown > wanted) {
                    return Optional.empty();
                }
                if (shown == wanted) {
                    return Optional.of(take(reader));
                }
                pass(reader, stop);
            }
            return Optional.empty();
        }
    }

    private Optional<RgbFrame> fromStart(long number, BooleanSupplier stop)
            throws IOException, TimeoutException {
        try (VideoReader reader = VideoReader.open(file, limits)) {
            for (long passed = 0; reader.hasNext(); passed++) {
                if (passed == number) {
                    return Optional.of(take(reader));
                }
                pass(reader, stop);
            }
            frames = reader.framesRead();
            return Optional.empty();
        }
    }

    private static RgbFrame take(VideoReader reader) {
        VideoFrame next = reader.next();
        if (next == null) {
            throw new IllegalStateException("the reader has said that there is a frame");
        }
        return next.pixels();
    }

    private static void pass(VideoReader reader, BooleanSupplier stop) throws TimeoutException {
        if (stop.getAsBoolean()) {
            throw new TimeoutException("decoding was stopped");
        }
        reader.skip();
    }

    /** The frame, made smaller if its longer side is longer; the caller closes both. */
    public static RgbFrame within(RgbFrame frame, int longestSide) {
        int longer = Math.max(frame.width(), frame.height());
        if (longer <= longestSide) {
            return frame;
        }
        double scale = (double) longestSide / longer;
        return new ImageResampler()
                .resize(
                        frame,
                        new CropBox(0, 0, frame.width(), frame.height()),
                        new FrameSize(
                                Math.max(1, (int) Math.round(frame.width() * scale)),
                                Math.max(1, (int) Math.round(frame.height() * scale))));
    }
}
