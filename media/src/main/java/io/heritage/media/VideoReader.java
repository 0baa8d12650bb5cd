package io.heritage.media;

import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a video one after the other, upright, as RGB of 8 bit, or of 16 where the video has
 * more and the caller asks for them: matrix and range follow the video's tags, its rotation is
 * applied to the pixels, primaries and transfer curve are left as they are. Memory does not depend
 * on the length.
 *
 * <p>Times begin at 0, whatever the file's clock says, and continue where it jumps; the first frame
 * is shown from 0 on. Interlaced frames are deinterlaced unless the caller says otherwise ({@link
 * Deinterlace}).
 *
 * <p>Opening decodes the first frame, so that a video without frames is refused there. One thread
 * at a time; FFmpeg's decoder has threads of its own.
 */
public final class VideoReader implements VideoFrames {

    private static final int IDLE_FRAMES = 8;

    private final MediaFile file;
    private final @Nullable Path temporary;
    private final VideoProbe probe;
    private final VideoDecoder decoder;
    private final AVFrame picture;
    private final RgbConversion conversion;
    private final FramePool pool;
    private final @Nullable RgbFrame turning;
    private boolean pictureWaits;
    private long lastPts = Long.MIN_VALUE;

    private VideoReader(
            MediaFile file,
            @Nullable Path temporary,
            ImageLimits limits,
            SampleDepth most,
            Deinterlace deinterlace) {
        this.file = file;
        this.temporary = temporary;
        VideoProbe found = file.probeVideo();
        decoder = new VideoDecoder(file, limits, deinterlace);
        picture = decoder.picture();
        conversion = new RgbConversion();
        try {
            pictureWaits = decoder.next();
            if (!pictureWaits) {
                throw new MediaRejected(
                        "video without frames: its %s track of %s is empty"
                                .formatted(found.codec(), found.storedSize()));
            }
            FrameSize storedSize = new FrameSize(picture.width(), picture.height());
            probe = withStoredSize(found, storedSize);
            FrameSize size = probe.uprightSize();
            SampleDepth depth = probe.bitDepth() > 8 ? most : SampleDepth.EIGHT;
            pool = new FramePool(size.width(), size.height(), depth, IDLE_FRAMES);
            turning =
                    probe.orientation() == Orientation.UPRIGHT
                            ? null
                            : RgbFrame.allocate(storedSize.width(), storedSize.height(), depth);
        } catch (RuntimeException | Error e) {
            free();
            throw e;
        }
    }

    /**
     * @throws MediaRejected if it is no video, cut off, without frames or larger than the limits
     */
    public static VideoReader open(Path video, ImageLimits limits) {
        return open(video, limits, SampleDepth.EIGHT);
    }

    /**
     * @param most frames of a video of more than 8 bit have samples of this depth
     * @throws MediaRejected if it is no video, cut off, without frames or larger than the limits
     */
    public static VideoReader open(Path video, ImageLimits limits, SampleDepth most) {
        return open(video, limits, most, Deinterlace.AUTO);
    }

    /**
     * @param most frames of a video of more than 8 bit have samples of this depth
     * @throws MediaRejected if it is no video, cut off, without frames or larger than the limits
     */
    public static VideoReader open(
            Path video, ImageLimits limits, SampleDepth most, Deinterlace deinterlace) {
        return open(video, null, limits, most, deinterlace);
    }

    /**
     * Copies the stream to a temporary file, which goes with the reader, since an mp4's index may
     * stand at its end. The caller closes the stream.
     *
     * @throws MediaRejected if it is no video, cut off, without frames or larger than the limits
     */
    public static VideoReader open(InputStream video, ImageLimits limits) throws IOException {
        Path temporary = TemporaryFiles.ofThisProcess().newFile(".in");
        try {
            Files.copy(video, temporary, StandardCopyOption.REPLACE_EXISTING);
            return open(temporary, temporary, limits, SampleDepth.EIGHT, Deinterlace.AUTO);
        } catch (IOException | RuntimeException | Error e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private static VideoReader open(
            Path video,
            @Nullable Path temporary,
            ImageLimits limits,
            SampleDepth most,
            Deinterlace deinterlace) {
        MediaFile file = MediaFile.open(video, limits);
        try {
            return new VideoReader(file, temporary, limits, most, deinterlace);
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private static VideoProbe withStoredSize(VideoProbe found, FrameSize decoded) {
        return new VideoProbe(
                found.container(),
                found.codec(),
                decoded,
                found.orientation(),
                found.frameRate(),
                found.timeBase(),
                found.pixelAspect(),
                found.declaredFrames(),
                found.duration(),
                found.tracks(),
                found.bitDepth(),
                found.colour());
    }

    /** Facts about the video; the size is that of the first frame. */
    public VideoProbe probe() {
        return probe;
    }

    /** The upright size of every frame. */
    public FrameSize size() {
        return probe.uprightSize();
    }

    /** The depth of every frame's samples. */
    public SampleDepth depth() {
        return pool.depth();
    }

    /**
     * The file the frames come from, to copy the sound from; a temporary one goes with the reader.
     */
    public Path file() {
        return file.path();
    }

    /**
     * Whether the file's clock jumps, as it does where recordings are joined in one transport
     * stream. The frames of all of them follow each other without a jump.
     */
    public boolean timelineRepaired() {
        return file.timeline().isRepaired();
    }

    /** Whether interlaced frames were found and deinterlaced. */
    public boolean deinterlaced() {
        return decoder.deinterlaced();
    }

    /** Number of frames returned so far; after the last one the exact number in the video. */
    public long framesRead() {
        return decoder.picturesUsed();
    }

    /**
     * The next frame, which the caller closes; null after the last.
     *
     * @throws MediaRejected if the video breaks off or is damaged here
     */
    @Override
    public @Nullable VideoFrame next() {
        if (!pictureWaits && !decoder.next()) {
            return null;
        }
        pictureWaits = false;
        RgbFrame pixels = pool.borrow();
        try {
            convert(pixels);
        } catch (RuntimeException e) {
            pixels.close();
            throw e;
        }
        long duration = durationOfPicture();
        passed();
        return new VideoFrame(pixels, lastPts, duration);
    }

    private void passed() {
        lastPts = ptsOfPicture(durationOfPicture());
        decoder.used();
    }

    /**
     * Skips frames without converting their pixels.
     *
     * @return how many there were, at most as many as asked for
     * @throws MediaRejected if the video breaks off or is damaged here
     */
    public long skip(long frames) {
        long skipped = 0;
        while (skipped < frames && (pictureWaits || decoder.next())) {
            pictureWaits = false;
            passed();
            skipped++;
        }
        return skipped;
    }

    /** Whether there is another frame. */
    boolean hasNext() {
        pictureWaits = pictureWaits || decoder.next();
        return pictureWaits;
    }

    /** When the next frame is shown, by its packet. */
    long stampOfNext() {
        return picture.best_effort_timestamp();
    }

    /** Skips the next frame without converting its pixels. */
    void skip() {
        pictureWaits = false;
        decoder.used();
    }

    /**
     * Seeks to a key frame, or one before it; from then on frames are not counted, and times do not
     * begin at 0.
     *
     * @param place as {@link FrameIndex#keyBefore} tells
     * @return false if it was not found; this reader must not be used then
     */
    boolean jump(long place) {
        pictureWaits = false;
        return decoder.jump(place);
    }

    private void convert(RgbFrame pixels) {
        if (turning == null) {
            conversion.toRgb(picture, pixels);
        } else {
            conversion.toRgb(picture, turning);
            probe.orientation().apply(turning, pixels);
        }
    }

    private long durationOfPicture() {
        long nominal = Math.round(1 / (probe.frameRate().value() * probe.timeBase().value()));
        return Math.max(1, picture.duration() > 0 ? picture.duration() : nominal);
    }

    private long ptsOfPicture(long duration) {
        long stamp = picture.best_effort_timestamp();
        boolean known = stamp != avutil.AV_NOPTS_VALUE;
        if (lastPts == Long.MIN_VALUE) {
            return known && !file.timeline().isMoved() ? stamp : 0;
        }
        return known ? Math.max(stamp, lastPts + 1) : lastPts + duration;
    }

    @Override
    public void close() throws IOException {
        free();
        pool.close();
        file.close();
        if (temporary != null) {
            Files.deleteIfExists(temporary);
        }
    }

    private void free() {
        conversion.close();
        decoder.close();
    }
}
