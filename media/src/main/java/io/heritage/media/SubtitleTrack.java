package io.heritage.media;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVSubtitle;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * Converts one track of text subtitles for another container: 3GPP timed text in mp4, WebVTT in
 * WebM. Keeps text, line breaks, and bold and italics as far as both support them. One thread.
 */
final class SubtitleTrack implements AutoCloseable {

    private static final int MOST_BYTES = 1 << 16;
    private static final int PADDING = 64;

    private final AVStream source;
    private final AVCodecContext decoder = avcodec.avcodec_alloc_context3(null);
    private final AVCodecContext encoder = avcodec.avcodec_alloc_context3(null);
    private final AVSubtitle subtitle = new AVSubtitle();
    private final AVPacket made = avcodec.av_packet_alloc();
    private final byte[] text = new byte[MOST_BYTES];

    /**
     * @throws MediaRejected if FFmpeg does not decode it
     */
    SubtitleTrack(AVStream source, VideoFormat format) {
        this.source = source;
        try {
            openDecoder();
            openEncoder(format);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether a track holds text that FFmpeg decodes, not pictures. */
    static boolean isText(AVStream stream) {
        return switch (stream.codecpar().codec_id()) {
            case avcodec.AV_CODEC_ID_SUBRIP,
                    avcodec.AV_CODEC_ID_ASS,
                    avcodec.AV_CODEC_ID_WEBVTT,
                    avcodec.AV_CODEC_ID_MOV_TEXT,
                    avcodec.AV_CODEC_ID_TEXT ->
                    true;
            default -> false;
        };
    }

    private void openDecoder() {
        AVCodec codec = avcodec.avcodec_find_decoder(source.codecpar().codec_id());
        int code = avcodec.avcodec_parameters_to_context(decoder, source.codecpar());
        decoder.pkt_timebase(source.time_base());
        if (codec != null && !Ffmpeg.failed(code)) {
            code = avcodec.avcodec_open2(decoder, codec, (AVDictionary) null);
        }
        if (codec == null || Ffmpeg.failed(code)) {
            throw new MediaRejected(
                    "subtitles in %s cannot be read".formatted(MediaFile.codecName(source)));
        }
    }

    /** The header has the styles that the text refers to. */
    private void openEncoder(VideoFormat format) {
        AVCodec codec =
                avcodec.avcodec_find_encoder(
                        switch (format) {
                            case MP4 -> avcodec.AV_CODEC_ID_MOV_TEXT;
                            case WEBM -> avcodec.AV_CODEC_ID_WEBVTT;
                        });
        encoder.time_base(milliseconds());
        int length = decoder.subtitle_header_size();
        if (length > 0) {
            BytePointer copy = new BytePointer(avutil.av_mallocz(length + PADDING));
            ByteBuffer from = decoder.subtitle_header().capacity(length).asByteBuffer();
            copy.capacity(length).asByteBuffer().put(from);
            encoder.subtitle_header(copy).subtitle_header_size(length);
        }
        NativeError.check(
                avcodec.avcodec_open2(encoder, codec, (AVDictionary) null),
                "write subtitles for " + format.title());
    }

    /** Time base of the packets that are made. */
    static AVRational milliseconds() {
        return avutil.av_make_q(1, 1000);
    }

    void describe(AVStream target) {
        NativeError.check(
                avcodec.avcodec_parameters_from_context(target.codecpar(), encoder),
                "describe the subtitles");
        target.time_base(milliseconds());
    }

    /**
     * Takes a packet of the source; one that is damaged or empty leaves nothing.
     *
     * @param to takes the packet that is made, its times in milliseconds
     */
    void send(AVPacket packet, Consumer<AVPacket> to) {
        int[] found = {0};
        int code = avcodec.avcodec_decode_subtitle2(decoder, subtitle, found, packet);
        if (Ffmpeg.failed(code) || found[0] == 0) {
            return;
        }
        try {
            long shown = avutil.av_rescale_q(packet.duration(), source.time_base(), milliseconds());
            subtitle.start_display_time(0);
            int length = avcodec.avcodec_encode_subtitle(encoder, text, text.length, subtitle);
            if (length > 0 && packet.pts() != avutil.AV_NOPTS_VALUE) {
                NativeError.check(avcodec.av_new_packet(made, length), "hold a subtitle");
                made.data().capacity(length).asByteBuffer().put(text, 0, length);
                long time = avutil.av_rescale_q(packet.pts(), source.time_base(), milliseconds());
                made.pts(time).dts(time);
                made.duration(shown > 0 ? shown : subtitle.end_display_time() & 0xffff_ffffL);
                to.accept(made);
            }
        } finally {
            avcodec.avsubtitle_free(subtitle);
        }
    }

    @Override
    public void close() {
        avcodec.av_packet_free(made);
        avcodec.avcodec_free_context(encoder);
        avcodec.avcodec_free_context(decoder);
    }
}
