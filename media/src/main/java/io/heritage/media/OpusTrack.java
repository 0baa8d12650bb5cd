package io.heritage.media;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * One track of sound decoded and encoded again as Opus by libopus, 48 kHz, up to 8 channels (more
 * become two), at the source's times: what is missing or damaged is silence. One thread.
 */
final class OpusTrack implements AutoCloseable {
    private static final int RATE = 48_000;
    private static final long BITS_A_CHANNEL = 64_000;

    /** FFmpeg's names of what Opus carries with 1, 2, … channels. RFC 7845, 5.1.1.2. */
    private static final List<String> LAYOUTS =
            List.of("mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1");

    private final AVStream source;
    private final String layout;
    private final AVCodecContext decoder = avcodec.avcodec_alloc_context3(null);
    private final AVCodecContext encoder = avcodec.avcodec_alloc_context3(null);
    private final AVFrame frame = avutil.av_frame_alloc();
    private final AVPacket encoded = avcodec.av_packet_alloc();
    private final AVFilterGraph filters = avfilter.avfilter_graph_alloc();
    private @Nullable AVFilterContext in;
    private @Nullable AVFilterContext out;

    /**
     * @throws MediaRejected if FFmpeg does not decode the sound
     */
    OpusTrack(AVStream source) {
        this.source = source;
        int channels = source.codecpar().ch_layout().nb_channels();
        layout = channels >= 1 && channels <= LAYOUTS.size() ? LAYOUTS.get(channels - 1) : "stereo";
        try {
            openDecoder();
            openEncoder();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
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
                    "sound in %s cannot be decoded".formatted(MediaFile.codecName(source)));
        }
    }

    private void openEncoder() {
        AVCodec opus = avcodec.avcodec_find_encoder_by_name("libopus");
        NativeError.check(
                avutil.av_channel_layout_from_string(encoder.ch_layout(), layout),
                "name the channels " + layout);
        encoder.sample_rate(RATE).sample_fmt(avutil.AV_SAMPLE_FMT_FLT).time_base(samples());
        encoder.bit_rate(BITS_A_CHANNEL * encoder.ch_layout().nb_channels());
        encoder.flags(encoder.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        NativeError.check(
                avcodec.avcodec_open2(encoder, opus, (AVDictionary) null),
                "open libopus for " + layout);
    }

    /** The time base of the packets that are made. */
    static AVRational samples() {
        return avutil.av_make_q(1, RATE);
    }

    /** Describes the track that is written. */
    void describe(AVStream target) {
        NativeError.check(
                avcodec.avcodec_parameters_from_context(target.codecpar(), encoder),
                "describe the sound");
        target.time_base(samples());
    }

    /**
     * Takes a packet of the source.
     *
     * @param to takes each packet that is made, its times in samples of 48 kHz
     */
    void send(AVPacket packet, Consumer<AVPacket> to) {
        avcodec.avcodec_send_packet(decoder, packet); // a damaged packet leaves a gap
        encodeDecoded(to);
    }

    /** Ends the stream of packets. */
    void end(Consumer<AVPacket> to) {
        avcodec.avcodec_send_packet(decoder, null);
        encodeDecoded(to);
        if (in != null) {
            NativeError.check(avfilter.av_buffersrc_add_frame(in, null), "end the sound");
            encodeFiltered(to);
        }
        encode(null, to);
    }

    private void encodeDecoded(Consumer<AVPacket> to) {
        while (!Ffmpeg.failed(avcodec.avcodec_receive_frame(decoder, frame))) {
            int code = avfilter.av_buffersrc_add_frame(filtersFor(frame), frame);
            if (Ffmpeg.failed(code)) {
                throw new MediaRejected(
                        "sound in %s changes its rate or channels, which is not supported: %s"
                                .formatted(MediaFile.codecName(source), Ffmpeg.errorText(code)));
            }
            encodeFiltered(to);
        }
    }

    private AVFilterContext filtersFor(AVFrame first) {
        AVFilterContext known = in;
        if (known != null) {
            return known;
        }
        String description =
                "abuffer@in=time_base=%d/%d:sample_rate=%d:sample_fmt=%d:channel_layout=%s,aresample=%d:async=1,aformat=sample_fmts=flt:channel_layouts=%s,asetnsamples=n=%d:p=0,abuffersink@out"
                        .formatted(
                                source.time_base().num(),
                                source.time_base().den(),
                                first.sample_rate(),
                                first.format(),
                                layoutOf(first),
                                RATE,
                                layout,
                                encoder.frame_size());
        NativeError.check(
                avfilter.avfilter_graph_parse_ptr(
                        filters, description, (AVFilterInOut) null, (AVFilterInOut) null, null),
                "prepare the sound's resampling");
        NativeError.check(
                avfilter.avfilter_graph_config(filters, null), "prepare the sound's resampling");
        AVFilterContext made = avfilter.avfilter_graph_get_filter(filters, "abuffer@in");
        in = made;
        out = avfilter.avfilter_graph_get_filter(filters, "abuffersink@out");
        return made;
    }

    private static String layoutOf(AVFrame frame) {
        if (frame.ch_layout().order() == avutil.AV_CHANNEL_ORDER_UNSPEC) {
            avutil.av_channel_layout_default(frame.ch_layout(), frame.ch_layout().nb_channels());
        }
        byte[] name = new byte[256];
        int length = avutil.av_channel_layout_describe(frame.ch_layout(), name, name.length);
        NativeError.check(length, "name the sound's channels");
        return new String(name, 0, length - 1, StandardCharsets.US_ASCII);
    }

    private void encodeFiltered(Consumer<AVPacket> to) {
        while (!Ffmpeg.failed(avfilter.av_buffersink_get_frame(out, frame))) {
            AVRational base = avfilter.av_buffersink_get_time_base(out);
            frame.pts(avutil.av_rescale_q(frame.pts(), base, samples()));
            encode(frame, to);
            avutil.av_frame_unref(frame);
        }
    }

    private void encode(@Nullable AVFrame samples, Consumer<AVPacket> to) {
        NativeError.check(avcodec.avcodec_send_frame(encoder, samples), "encode the sound");
        int code = avcodec.avcodec_receive_packet(encoder, encoded);
        while (!Ffmpeg.failed(code)) {
            to.accept(encoded);
            code = avcodec.avcodec_receive_packet(encoder, encoded);
        }
        if (code != avutil.AVERROR_EAGAIN() && code != avutil.AVERROR_EOF) {
            NativeError.check(code, "encode the sound");
        }
    }

    @Override
    public void close() {
        avfilter.avfilter_graph_free(filters);
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(encoded);
        avcodec.avcodec_free_context(encoder);
        avcodec.avcodec_free_context(decoder);
    }
}
