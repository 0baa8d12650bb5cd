package io.heritage.media;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/** A second of stereo silence, in any codec that FFmpeg writes. */
final class TestSound {
    private static final int RATE = 48_000;
    private static final int USUAL_FRAME = 1024;

    private TestSound() {}

    /**
     * @param encoder FFmpeg's name of it
     */
    static void write(Path matroska, String encoder, String sampleFormat) {
        write(matroska, encoder, sampleFormat, 0);
    }

    /**
     * @param disposition flags of the track
     */
    static void write(Path matroska, String encoder, String sampleFormat, int disposition) {
        AVCodec codec = avcodec.avcodec_find_encoder_by_name(encoder);
        if (codec == null) {
            throw new AssertionError("this FFmpeg has no encoder " + encoder);
        }
        AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
        context.sample_rate(RATE);
        context.sample_fmt(avutil.av_get_sample_fmt(sampleFormat));
        context.time_base(avutil.av_make_q(1, RATE));
        context.bit_rate(128_000);
        context.strict_std_compliance(avcodec.FF_COMPLIANCE_EXPERIMENTAL);
        context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        avutil.av_channel_layout_default(context.ch_layout(), 2);
        check(avcodec.avcodec_open2(context, codec, (AVDictionary) null));

        var muxer = new AVFormatContext(null);
        check(
                avformat.avformat_alloc_output_context2(
                        muxer, null, "matroska", matroska.toString()));
        AVStream stream = avformat.avformat_new_stream(muxer, null);
        stream.disposition(disposition);
        stream.time_base(context.time_base());
        check(avcodec.avcodec_parameters_from_context(stream.codecpar(), context));
        var io = new AVIOContext(null);
        check(avformat.avio_open(io, matroska.toString(), avformat.AVIO_FLAG_WRITE));
        muxer.pb(io);
        check(avformat.avformat_write_header(muxer, (AVDictionary) null));
        encode(context, stream, muxer);
        check(avformat.av_write_trailer(muxer));
        avcodec.avcodec_free_context(context);
        avformat.avio_closep(muxer.pb());
        avformat.avformat_free_context(muxer);
    }

    private static void encode(AVCodecContext context, AVStream stream, AVFormatContext muxer) {
        int samples = context.frame_size() > 0 ? context.frame_size() : USUAL_FRAME;
        AVFrame silence = avutil.av_frame_alloc();
        silence.nb_samples(samples);
        silence.format(context.sample_fmt());
        silence.sample_rate(RATE);
        avutil.av_channel_layout_copy(silence.ch_layout(), context.ch_layout());
        check(avutil.av_frame_get_buffer(silence, 0));
        check(
                avutil.av_samples_set_silence(
                        silence.extended_data(), 0, samples, 2, context.sample_fmt()));
        AVPacket packet = avcodec.av_packet_alloc();
        for (long at = 0; at <= RATE; at += samples) {
            silence.pts(at);
            check(avcodec.avcodec_send_frame(context, at + samples <= RATE ? silence : null));
            while (avcodec.avcodec_receive_packet(context, packet) >= 0) {
                avcodec.av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
                packet.stream_index(0);
                check(avformat.av_interleaved_write_frame(muxer, packet));
            }
            if (at + samples > RATE) {
                break;
            }
        }
        avcodec.av_packet_free(packet);
        avutil.av_frame_free(silence);
    }

    private static void check(int result) {
        if (result < 0) {
            throw new AssertionError("FFmpeg: " + Ffmpeg.errorText(result));
        }
    }
}
