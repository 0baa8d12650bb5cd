package io.heritage.media;

import io.heritage.schemas.FrameSize;
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
 * The pictures of a video one after the other, as the decoder makes them: FFmpeg's own pixels, all
 * of one size, deinterlaced unless the caller says otherwise. One thread at a time; FFmpeg's
 * decoder has threads of its own.
 */
final class VideoDecoder implements AutoCloseable {
    private final MediaFile file;
    private final ImageLimits limits;
    private final Deinterlace deinterlace;
    private final int streamIndex;
    private final AVCodecContext decoder;
    private final AVPacket packet;
    private final AVFrame picture;
    private @Nullable FrameSize decodedSize;
    private @Nullable FieldFilter fields;
    private boolean decoded;
    private boolean jumped;
    private long packetsRead;
    private long used;

    /**
     * @param file stays the caller's to close
     * @throws MediaRejected if there is no decoder for it, or it refuses its beginning
     */
    VideoDecoder(MediaFile file, ImageLimits limits, Deinterlace deinterlace) {
        this.file = file;
        this.limits = limits;
        this.deinterlace = deinterlace;
        AVStream stream = file.videoStream();
        this.streamIndex = stream.index();
        this.decoder = MediaFile.openDecoder(stream, limits);
        this.packet = avcodec.av_packet_alloc();
        this.picture = avutil.av_frame_alloc();
    }

    /** The picture that {@link #next} decodes into, owned by the decoder. */
    AVFrame picture() {
        return picture;
    }

    /** Notes that the picture has been used or is not needed. */
    void used() {
        used++;
        avutil.av_frame_unref(picture);
    }

    /** How often {@link #used()} was called. */
    long picturesUsed() {
        return used;
    }

    /** Whether interlaced pictures were found and deinterlaced. */
    boolean deinterlaced() {
        return fields != null;
    }

    /**
     * Seeks to a key frame, or one before it.
     *
     * @param place as {@link FrameIndex#keyBefore} tells
     * @return false if it was not found; this decoder must not be used then
     */
    boolean jump(long place) {
        jumped = true;
        avutil.av_frame_unref(picture);
        avcodec.avcodec_flush_buffers(decoder);
        return FrameIndex.seek(file, streamIndex, place);
    }

    /**
     * Decodes into {@link #picture()}; false after the last.
     *
     * @throws MediaRejected if the video breaks off or is damaged here
     */
    boolean next() {
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

    private void checkSize() {
        FrameSize found = new FrameSize(picture.width(), picture.height());
        if (decodedSize == null) {
            limits.check(found.width(), found.height());
            decodedSize = found;
        } else if (!found.equals(decodedSize)) {
            throw new MediaRejected(
                    "a frame is %s, earlier ones are %s; a video must keep its size"
                            .formatted(found, decodedSize));
        }
    }

    private void feedDecoder() {
        try {
            int code = readVideoPacket();
            if (code == avutil.AVERROR_EOF) {
                requireAllPackets();
                code = avcodec.avcodec_send_packet(decoder, null);
            } else if (Ffmpeg.failed(code)) {
                throw breaksOff("ends early,", code);
            } else if ((packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0) {
                throw breaksOff("ends early,", avutil.AVERROR_INVALIDDATA);
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

    /** Other decoders obey {@code max_pixels} before they allocate memory. */
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

    /** A truncated file ends like a complete one, but its index has more packets than were read. */
    private void requireAllPackets() {
        int indexed =
                avformat.avformat_index_get_entries_count(file.context().streams(streamIndex));
        if (packetsRead < indexed && !jumped) {
            throw new MediaRejected(
                    "video ends early, after %d of %d frames".formatted(packetsRead, indexed));
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
                        .formatted(what, used, Ffmpeg.errorText(code)));
    }

    @Override
    public void close() {
        if (fields != null) {
            fields.close();
        }
        avutil.av_frame_free(picture);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(decoder);
    }
}
