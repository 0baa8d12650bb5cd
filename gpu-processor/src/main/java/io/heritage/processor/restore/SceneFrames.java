package io.heritage.processor.restore;

import io.heritage.media.SceneCut;
import io.heritage.media.VideoFrame;
import io.heritage.models.seedvr2.FrameSource;
import io.heritage.processor.output.DecodeAhead;
import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a video for a network, scene by scene: each is compared with the one before. Holds
 * the last frame given out and the first behind a cut. One thread at a time.
 */
final class SceneFrames implements FrameSource, AutoCloseable {
    private final DecodeAhead decoder;
    private final Consumer<VideoFrame> given;
    private final SampleDepth bits;
    private final SceneCut cut = new SceneCut();
    private @Nullable VideoFrame last;
    private @Nullable VideoFrame upcoming;
    private boolean atCut;
    private int scenes = 1;

    /**
     * @param decoder stays the caller's to close, after this
     * @param bits sample depth of the frames
     * @param given called with each frame that was given out; it may not keep it
     */
    SceneFrames(DecodeAhead decoder, SampleDepth bits, Consumer<VideoFrame> given) {
        this.decoder = decoder;
        this.bits = bits;
        this.given = given;
    }

    @Override
    public SampleDepth bits() {
        return bits;
    }

    @Override
    public int read(ByteBuffer rgb, int frames) {
        int count = 0;
        while (count < frames && readOne(rgb)) {
            count++;
        }
        return count;
    }

    private boolean readOne(ByteBuffer rgb) {
        VideoFrame frame = next();
        if (frame == null) {
            return false;
        }
        rgb.put(frame.pixels().pixels());
        given.accept(frame);
        return true;
    }

    /** The next frame of this scene, open until the next call; null after its last. */
    private @Nullable VideoFrame next() {
        if (upcoming == null) {
            upcoming = decoded();
            atCut = last != null && upcoming != null && isCut(last, upcoming);
        }
        return atCut ? null : give();
    }

    private @Nullable VideoFrame decoded() {
        try {
            return decoder.next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isCut(VideoFrame earlier, VideoFrame later) {
        return cut.isCut(earlier.pixels(), later.pixels());
    }

    private @Nullable VideoFrame give() {
        if (last != null) {
            last.close();
        }
        last = upcoming;
        upcoming = null;
        return last;
    }

    @Override
    public boolean nextScene() {
        boolean more = atCut;
        atCut = false;
        scenes += more ? 1 : 0;
        return more;
    }

    /** Scenes begun so far. */
    int scenes() {
        return scenes;
    }

    @Override
    public void close() {
        if (last != null) {
            last.close();
        }
        if (upcoming != null) {
            upcoming.close();
        }
    }
}
