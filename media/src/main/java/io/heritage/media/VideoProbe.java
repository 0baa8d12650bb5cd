package io.heritage.media;

import io.heritage.schemas.FrameSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The headers of a video file; no frame is decoded.
 *
 * @param container FFmpeg's name, {@code mov,mp4,m4a,3gp,3g2,mj2} for mp4
 * @param codec of the video track, such as {@code h264}
 * @param storedSize before the orientation is applied
 * @param orientation from the display matrix
 * @param frameRate average, also of videos whose rate varies
 * @param timeBase in which timestamps are counted, in seconds
 * @param pixelAspect a stored pixel's width over its height, 1 where unknown
 * @param declaredFrames as the container says; absent where it does not
 * @param duration as the container says; absent where it does not
 * @param tracks all of the file, in its order
 * @param bitDepth of a sample of the video, 8 where unknown
 * @param colour primaries and transfer curve, BT.709 where unknown
 */
public record VideoProbe(
        String container,
        String codec,
        FrameSize storedSize,
        Orientation orientation,
        Rational frameRate,
        Rational timeBase,
        Rational pixelAspect,
        Optional<Long> declaredFrames,
        Optional<Duration> duration,
        List<Track> tracks,
        int bitDepth,
        ColourTags colour) {

    /**
     * One track of a file.
     *
     * @param kind {@code video}, {@code audio}, {@code subtitle}, {@code data} or {@code unknown}
     * @param codec such as {@code aac}
     * @param channels of sound; 0 for others
     */
    public record Track(int index, String kind, String codec, int channels) {}

    public VideoProbe {
        tracks = List.copyOf(tracks);
    }

    /**
     * Reads the headers of a file.
     *
     * @throws MediaRejected if it is no video or larger than the limits
     */
    public static VideoProbe of(Path file, ImageLimits limits) {
        try (MediaFile opened = MediaFile.open(file, limits)) {
            return opened.probeVideo();
        }
    }

    /**
     * Whether there is more than one frame, found without decoding: tells an animated GIF from a
     * still one.
     *
     * @throws MediaRejected if it is no video or larger than the limits
     */
    public static boolean hasSeveralFrames(Path file, ImageLimits limits) {
        try (MediaFile opened = MediaFile.open(file, limits)) {
            return opened.countVideoPackets(2) > 1;
        }
    }

    /** The size of the upright frames. */
    public FrameSize uprightSize() {
        return orientation.swapsSides()
                ? new FrameSize(storedSize.height(), storedSize.width())
                : storedSize;
    }

    /** The pixel aspect of the upright frames. */
    public Rational uprightPixelAspect() {
        return orientation.swapsSides() ? pixelAspect.inverse() : pixelAspect;
    }
}
