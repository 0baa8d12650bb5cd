package io.heritage.standalone.compare;

import io.heritage.media.AlphaPlane;
import io.heritage.media.DecodedImage;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.MediaRejected;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The frames of a picture, which has one, or of a video, in order. */
final class MediaFrames implements AutoCloseable {
    private final Path file;
    private final @Nullable VideoReader video;
    private @Nullable RgbFrame picture;
    private double seconds;

    private MediaFrames(Path file, @Nullable VideoReader video, @Nullable RgbFrame picture) {
        this.file = file;
        this.video = video;
        this.picture = picture;
    }

    /**
     * @param isPicture as found by the processor
     * @throws MediaRejected if it is neither
     */
    static MediaFrames open(Path file, boolean isPicture) throws IOException {
        if (!isPicture) {
            return new MediaFrames(file, VideoReader.open(file, ImageLimits.DEFAULT), null);
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return new MediaFrames(
                    file, null, new ImageDecoder(ImageLimits.DEFAULT).decodeOnBlack(in));
        }
    }

    /** Frame rate of a video; empty for pictures. */
    Optional<Rational> frameRate() {
        return Optional.ofNullable(video).map(reader -> reader.probe().frameRate());
    }

    /** The caller closes it; null after the last. */
    @Nullable RgbFrame next() throws IOException {
        if (video == null) {
            RgbFrame only = picture;
            picture = null;
            return only;
        }
        VideoFrame frame = video.next();
        if (frame == null) {
            return null;
        }
        seconds = frame.pts() * video.probe().timeBase().value();
        return frame.pixels();
    }

    /** Time of the latest frame from the start of the file; 0 for a picture. */
    double seconds() {
        return seconds;
    }

    /** The transparency of a picture; empty if it is opaque. */
    static Optional<AlphaPlane> alpha(Path picture) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(picture));
                DecodedImage image = new ImageDecoder(ImageLimits.DEFAULT).decodeWithAlpha(in)) {
            return image.alpha();
        }
    }

    /**
     * Decodes from the start, so that the number is exact.
     *
     * @param number from 0
     * @throws MediaRejected if it is beyond the end
     * @throws InterruptedException if the thread was interrupted
     */
    RgbFrame frame(int number) throws IOException, InterruptedException {
        for (int at = 0; ; at++) {
            RgbFrame frame = next();
            if (frame == null) {
                throw new MediaRejected(
                        "%s has %d frames, 0 to %d; there is no frame %d"
                                .formatted(file, at, at - 1, number));
            }
            if (at == number) {
                return frame;
            }
            frame.close();
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped");
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (picture != null) {
            picture.close();
        }
        if (video != null) {
            video.close();
        }
    }
}
