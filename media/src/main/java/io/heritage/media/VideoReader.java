package io.heritage.media;

import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a video one after the other, upright, as RGB of 8 bit, or of 16 where the video has
 * more and the caller asks for them: matrix and range follow the video's tags, its rotation is
 * applied to the pixels, primaries and transfer curve are left as they are. Memory does not depend
 * on the length.
 *
 * <p>Times begin at 0, whatever the file's clock says, and go on where it jumps; of a file whose
 * clock begins elsewhere the first frame is shown from 0 on. Interlaced frames lose their combs
 * unless the caller says otherwise ({@link Deinterlace}).
 *
 * <p>Opening decodes the first frame, so that a video without frames is refused there. One thread
 * at a time; FFmpeg's decoder has threads of its own.
 */
public final class VideoReader implements VideoFrames {

    private static final int IDLE_FRAMES = 8;

    private final MediaFile file;
    private final @Nullable Path temporary;
    private final ImageLimits limits;
    private final VideoProbe probe;
    private final int streamIndex;
    private AVCodecContext decoder = new AVCodecContext(null);
    private final AVPacket packet = avcodec.av_packet_alloc();
    private final AVFrame picture = avutil.av_frame_alloc();
    private final RgbConversion conversion = new RgbConversion();
    private @Nullable FrameSize decodedSize;
    private final FramePool pool;
    private final @Nullable RgbFrame turning;
    private final Deinterlace deinterlace;
    private @Nullable FieldFilter fields;
    private boolean pictureWaits;
    private boolean decoded;
    private boolean jumped;
    private long packetsRead;
    private long framesRead;
    private long lastPts = Long.MIN_VALUE;

    private VideoReader(
            MediaFile file,
            @Nullable Path temporary,
            ImageLimits limits,
            SampleDepth most,
            Deinterlace deinterlace) {
        this.file = file;
        this.deinterlace = deinterlace;
        this.temporary = temporary;
        this.limits = limits;
        try {
            VideoProbe found = file.probeVideo();
            AVStream stream = file.videoStream();
            streamIndex = stream.index();
            decoder = MediaFile.openDecoder(stream, limits);
            pictureWaits = decodeNext();
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

    /** What the file says about the video; its size is that of the first frame. */
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

    /** Whether interlaced frames were found, and their combs removed. */
    public boolean deinterlaced() {
        return fields != null;
    }

    /** The frames given out so far: after the last one the exact number of frames of the video. */
    public long framesRead() {
        return framesRead;
    }

    /**
     * The next frame, which the caller closes; null after the last.
     *
     * @throws MediaRejected if the video breaks off or is damaged here
     */
    @Override
    public @Nullable VideoFrame next() {
        if (!pictureWaits && !decodeNext()) {
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
        framesRead++;
        avutil.av_frame_unref(picture);
    }

    /**
     * Passes frames by, without converting their pixels.
     *
     * @return how many there were, at most as many as asked for
     * @throws MediaRejected if the video breaks off or is damaged here
     */
    public long skip(long frames) {
        long skipped = 0;
        while (skipped < frames && (pictureWaits || decodeNext())) {
            pictureWaits = false;
            passed();
            skipped++;
        }
        return skipped;
    }

    /** Whether there is another frame. */
    boolean hasNext() {
        pictureWaits = pictureWaits || decodeNext();
        return pictureWaits;
    }

    /** When the next frame is shown, by its packet. */
    long stampOfNext() {
        return picture.best_effort_timestamp();
    }

    /** Passes the next frame by, without making pixels of it. */
    void skip() {
        pictureWaits = false;
        framesRead++;
        avutil.av_frame_unref(picture);
    }

    /**
     * Goes on with a key frame, or one before it; from here on frames are neither counted nor do
     * their times begin at 0.
     *
     * @param place as {@link FrameIndex#keyBefore} tells
     * @return false if it was not found; then this reader is of no more use
     */
    boolean jump(long place) {
        jumped = true;
        pictureWaits = false;
        avutil.av_frame_unref(picture);
        avcodec.avcodec_flush_buffers(decoder);
        return FrameIndex.seek(file, streamIndex, place);
    }

    private void checkSize() {
        FrameSize found = new FrameSize(picture.width(), picture.height());
        if (decodedSize == null) {
            limits.check(found.width(), found.height());
            decodedSize = found;
        } else if (!found.equals(decodedSize)) {
            throw new MediaRejected(
                    "a frame measures %s, those before %s; a video must keep its size"
                            .formatted(found, decodedSize));
        }
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

    /** Decodes into {@code picture}; false after the last. */
    private boolean decodeNext() {
        while (true) {
            FieldFilter filter = fields;
            if (filter == null) {
                if (!decodeOne()) {
                    return false;
                }
                if (deinterlace == Deinterlace.OFF || !FieldFilter.isInterlaced(picture)) {
                    return true;
                }
                filter = new FieldFilter(picture, Rational.of(timeBase(), Rational.ONE));
                fields = filter;
                filter.send(picture);
            }
            if (filter.receive(picture)) {
                return true;
            }
            if (decoded) {
                return false;
            }
            filter.send(decodeOne() ? picture : null);
        }
    }

    private AVRational timeBase() {
        return file.context().streams(streamIndex).time_base();
    }

    private boolean decodeOne() {
        while (true) {
            int code = avcodec.avcodec_receive_frame(decoder, picture);
            if (code == avutil.AVERROR_EOF) {
                decoded = true;
                return false;
            }
            if (code == avutil.AVERROR_EAGAIN()) {
                feedDecoder();
            } else if (Ffmpeg.failed(code)) {
                throw breaksOff("cannot be decoded", code);
            } else {
                checkSize();
                FieldFilter.mark(picture, file.context().streams(streamIndex).codecpar());
                return true;
            }
        }
    }

    private void feedDecoder() {
        try {
            int code = readVideoPacket();
            if (code == avutil.AVERROR_EOF) {
                requireAllPackets();
                code = avcodec.avcodec_send_packet(decoder, null);
            } else if (Ffmpeg.failed(code)) {
                throw breaksOff("breaks off", code);
            } else if ((packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0) {
                throw breaksOff("breaks off", avutil.AVERROR_INVALIDDATA);
            } else {
                packetsRead++;
                checkSequences();
                code = avcodec.avcodec_send_packet(decoder, packet);
            }
            if (Ffmpeg.failed(code)) {
                throw breaksOff("is damaged", code);
            }
        } finally {
            avcodec.av_packet_unref(packet);
        }
    }

    /** Others obey {@code max_pixels} before they take memory. */
    private void checkSequences() {
        if (decoder.codec_id() == avcodec.AV_CODEC_ID_AV1 && packet.size() > 0) {
            try {
                HeaderBytes units =
                        new HeaderBytes(packet.data().capacity(packet.size()).asByteBuffer());
                Av1Sequences.check(units, limits);
            } catch (HeaderBytes.CutOff _) {
                throw breaksOff("is damaged", avutil.AVERROR_INVALIDDATA);
            }
        }
    }

    /**
     * A file that was cut off ends like a whole one, but its index names more packets than came.
     */
    private void requireAllPackets() {
        int indexed =
                avformat.avformat_index_get_entries_count(file.context().streams(streamIndex));
        if (packetsRead < indexed && !jumped) {
            throw new MediaRejected(
                    "video breaks off after %d of %d frames".formatted(packetsRead, indexed));
        }
    }

    private int readVideoPacket() {
        int code = file.read(packet);
        while (!Ffmpeg.failed(code) && packet.stream_index() != streamIndex) {
            avcodec.av_packet_unref(packet);
            code = file.read(packet);
        }
        return code;
    }

    private MediaRejected breaksOff(String what, int code) {
        return new MediaRejected(
                "video %s after %d decoded frames: %s"
                        .formatted(what, framesRead, Ffmpeg.errorText(code)));
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
        if (fields != null) {
            fields.close();
        }
        avutil.av_frame_free(picture);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(decoder);
    }
}
