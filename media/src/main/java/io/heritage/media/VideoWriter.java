package io.heritage.media;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames as a video that plays in browsers: see {@link VideoEncoding}. The index stands in
 * front, so playing begins before all is loaded. Frames come upright, and no rotation is noted in
 * the file.
 *
 * <p>The file grows beside its final name, {@code NAME.part}, and is moved there by {@link
 * #finish()}: a video under its name is complete. {@link #close()} without finish removes what was
 * written. Memory does not depend on the length. One thread at a time; the codec has threads of its
 * own.
 */
public final class VideoWriter implements FrameWriter {

    private final Path part;
    private final @Nullable Path target;
    private final @Nullable OutputStream stream;
    private final VideoEncoding encoding;
    private final @Nullable AudioPassThrough audio;
    private final AVFormatContext container = new AVFormatContext(null);
    private final VideoEncoder encoder;
    private final AVPacket packet;
    private AVStream track = new AVStream(null);
    private long frames;
    private long lastDts = Long.MIN_VALUE / 2;
    private boolean finished;
    private boolean keepsUnfinished;
    private boolean ended;

    private VideoWriter(
            Path part,
            @Nullable Path target,
            @Nullable OutputStream stream,
            VideoEncoding encoding,
            @Nullable AudioPassThrough audio) {
        this.part = part;
        this.target = target;
        this.stream = stream;
        this.encoding = encoding;
        this.audio = audio;
        Ffmpeg.load();
        encoder = VideoEncoder.of(encoding);
        packet = avcodec.av_packet_alloc();
    }

    /**
     * Begins a file.
     *
     * @param audio whose tracks are written beside the frames; null for a silent video. The caller
     *     closes it
     */
    public static VideoWriter open(
            Path target, VideoEncoding encoding, @Nullable AudioPassThrough audio)
            throws IOException {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        return new VideoWriter(part, target, null, encoding, audio).begin();
    }

    /**
     * Begins a stream. The video grows in a temporary file, for its index can be moved to the front
     * only at the end, and is copied by {@link #finish()}, which leaves the stream open.
     */
    public static VideoWriter open(
            OutputStream stream, VideoEncoding encoding, @Nullable AudioPassThrough audio)
            throws IOException {
        Path part = TemporaryFiles.ofThisProcess().newFile(".part");
        try {
            return new VideoWriter(part, null, stream, encoding, audio).begin();
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }

    private VideoWriter begin() throws IOException {
        try {
            openContainer();
            return this;
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** FFmpeg's name of the encoder that is used, such as {@code libx264}. */
    public String encoder() {
        return encoder.name();
    }

    private void openContainer() throws IOException {
        String url = "file:" + part.toAbsolutePath();
        NativeError.check(
                avformat.avformat_alloc_output_context2(
                        container, null, encoding.format().title(), url),
                "prepare the " + encoding.format().title());
        track = avformat.avformat_new_stream(container, null);
        encoder.describe(track);
        if (audio != null) {
            audio.addTracksTo(container);
        }
        AVIOContext file = new AVIOContext(null);
        checkFile(avformat.avio_open(file, url, avformat.AVIO_FLAG_WRITE), "be opened");
        container.pb(file);
        AVDictionary options = new AVDictionary(null);
        switch (encoding.format()) {
            case MP4 -> avutil.av_dict_set(options, "movflags", "+faststart", 0);
            case WEBM -> avutil.av_dict_set(options, "cues_to_front", "1", 0);
        }
        int code = avformat.avformat_write_header(container, options);
        avutil.av_dict_free(options);
        checkFile(code, "take the header");
    }

    @Override
    public void write(RgbFrame frame, long pts, long duration) throws IOException {
        encoder.send(frame, pts, duration);
        frames++;
        drainEncoder();
    }

    private void drainEncoder() throws IOException {
        while (encoder.receive(packet)) {
            store();
        }
    }

    private void store() throws IOException {
        if (audio != null) {
            audio.copyUntil(container, packet.dts() * encoding.timeBase().value());
        }
        avcodec.av_packet_rescale_ts(packet, encoding.timeBase().toNative(), track.time_base());
        packet.stream_index(track.index());
        checkFile(avformat.av_interleaved_write_frame(container, packet), "take a frame");
    }

    /**
     * Copies the packets of a segment. A video is written either from frames or from segments, in
     * order and without gaps.
     *
     * @param segment as {@link SegmentWriter} wrote it with the same encoding; stays open
     * @return number of its frames
     * @throws IOException if it cannot be read, is encoded otherwise, or the file cannot be written
     */
    public long append(InputStream segment) throws IOException {
        var in = new DataInputStream(segment);
        requireSame(in);
        long before = frames;
        while (in.readUnsignedByte() == SegmentWriter.PACKET) {
            long pts = in.readLong();
            // the first packets of a segment were timed without the preceding ones
            lastDts = Math.max(in.readLong(), lastDts + 1);
            long duration = in.readLong();
            int flags = in.readInt();
            byte[] bytes = in.readNBytes(in.readInt());
            NativeError.check(avcodec.av_new_packet(packet, bytes.length), "copy a frame");
            packet.data().capacity(bytes.length).put(bytes);
            packet.pts(pts).dts(lastDts).duration(duration).flags(flags);
            store();
            frames++;
        }
        return frames - before;
    }

    /** The container describes the codec once. */
    private void requireSame(DataInputStream in) throws IOException {
        if (in.readInt() != SegmentWriter.MAGIC) {
            throw new IOException("expected a segment of a video, found something else");
        }
        byte[] parameters = in.readNBytes(in.readInt());
        if (!Arrays.equals(parameters, encoder.parameters())) {
            throw new IOException(
                    "a segment was encoded by another version of the codec than this one");
        }
    }

    /**
     * Flushes the encoder, copies the rest of the sound, completes the file and gives it its name,
     * or copies it to the stream.
     *
     * @throws IOException if the file or the stream cannot be written
     */
    @Override
    public void finish() throws IOException {
        if (frames == 0) {
            throw new IllegalStateException("a video needs at least one frame; none was written");
        }
        complete(true);
    }

    /**
     * From now on {@link #close()} without finish completes the file, with the sound up to the last
     * frame, instead of removing it, if there is a frame.
     */
    public VideoWriter keepUnfinished() {
        keepsUnfinished = true;
        return this;
    }

    /**
     * @param whole whether all of the sound belongs to it
     */
    private void complete(boolean whole) throws IOException {
        ended = true;
        encoder.end();
        drainEncoder();
        if (audio != null && whole) {
            audio.copyRest(container);
        }
        checkFile(avformat.av_write_trailer(container), "be completed");
        checkFile(avformat.avio_closep(container.pb()), "be closed");
        container.pb(null);
        if (target != null) {
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        }
        if (stream != null) {
            Files.copy(part, stream);
        }
        finished = true;
    }

    private void checkFile(int code, String what) throws IOException {
        if (Ffmpeg.failed(code)) {
            throw new IOException(
                    "%s could not %s: %s".formatted(part, what, Ffmpeg.errorText(code)));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (keepsUnfinished && !ended && frames > 0 && target != null) {
                complete(false);
            }
        } finally {
            free();
        }
    }

    private void free() throws IOException {
        encoder.close();
        avcodec.av_packet_free(packet);
        if (!container.isNull()) {
            AVIOContext file = container.pb();
            if (file != null && !file.isNull()) {
                avformat.avio_closep(file);
            }
            avformat.avformat_free_context(container);
            container.setNull();
        }
        if (!finished || target == null) {
            Files.deleteIfExists(part);
        }
    }
}
