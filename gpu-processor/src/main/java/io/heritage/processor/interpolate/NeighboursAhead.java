package io.heritage.processor.interpolate;

import io.heritage.media.SceneCut;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoFrames;
import io.heritage.media.VideoReader;
import io.heritage.processor.output.DecodeAhead;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a video, decoded and compared for scene cuts on a thread of their own. The reader
 * is the caller's to close, after this.
 */
final class NeighboursAhead implements VideoFrames {
    private static final int AHEAD = 4;

    private final VideoReader reader;
    private final SceneCut sceneCut = new SceneCut();
    private final Queue<Boolean> cuts = new ConcurrentLinkedQueue<>();
    private final DecodeAhead decoder;
    private @Nullable VideoFrame before;
    private boolean cut;

    NeighboursAhead(VideoReader reader) {
        this.reader = reader;
        this.decoder = new DecodeAhead(this::decode, AHEAD);
    }

    /** On the decoding thread. */
    private @Nullable VideoFrame decode() {
        VideoFrame frame = reader.next();
        if (frame != null) {
            VideoFrame earlier = before;
            before = frame.shared();
            cuts.add(earlier != null && sceneCut.isCut(earlier.pixels(), frame.pixels()));
            close(earlier);
        }
        return frame;
    }

    @Override
    public @Nullable VideoFrame next() throws IOException {
        VideoFrame frame = decoder.next();
        cut = frame != null && cuts.remove();
        return frame;
    }

    /** Whether a scene begins with the last frame that {@link #next} gave. */
    boolean isCut() {
        return cut;
    }

    @Override
    public void close() {
        decoder.close();
        close(before);
    }

    private static void close(@Nullable VideoFrame frame) {
        if (frame != null) {
            frame.close();
        }
    }
}
