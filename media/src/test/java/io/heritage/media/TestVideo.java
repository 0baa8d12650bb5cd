package io.heritage.media;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerPointer;

/** Short videos of even colours, in any container, codec and pixel format that FFmpeg writes. */
final class TestVideo {
    static final int WIDTH = 352;
    static final int HEIGHT = 288;
    static final int FRAMES = 6;

    private static final int RATE = 25;
    private static final int PADDING = 64;

    private TestVideo() {}

    /**
     * Writes {@link #FRAMES} frames of red, green, blue and white quarters.
     *
     * @param encoder FFmpeg's name of it
     * @param format FFmpeg's name of the pixel format
     */
    static void write(Path file, String container, String encoder, String format) {
        write(file, container, encoder, format, _ -> {});
    }

    /**
     * @param notes adds to the track before the header is written
     */
    static void write(
            Path file,
            String container,
            String encoder,
            String format,
            Consumer<AVCodecParameters> notes) {
        write(file, container, encoder, format, notes, List.of());
    }

    /**
     * A track of subtitles, whatever its codec.
     *
     * @param codec FFmpeg's number of it
     * @param head what the codec keeps of the track
     * @param line shown from the first frame on for 200 ms; empty for none
     */
    record Subtitles(int codec, String head, String line) {}

    /**
     * @param subtitles tracks behind the picture, for Matroska
     */
    static void write(
            Path file,
            String container,
            String encoder,
            String format,
            Consumer<AVCodecParameters> notes,
            List<Subtitles> subtitles) {
        AVCodec codec = avcodec.avcodec_find_encoder_by_name(encoder);
        if (codec == null) {
            throw new AssertionError("this FFmpeg has no encoder " + encoder);
        }
        var muxer = new AVFormatContext(null);
        check(avformat.avformat_alloc_output_context2(muxer, null, container, file.toString()));
        AVCodecContext context = open(codec, avutil.av_get_pix_fmt(format), muxer);
        AVStream stream = avformat.avformat_new_stream(muxer, null);
        stream.time_base(context.time_base());
        stream.avg_frame_rate(context.framerate());
        check(avcodec.avcodec_parameters_from_context(stream.codecpar(), context));
        notes.accept(stream.codecpar());
        subtitles.forEach(track -> add(track, muxer));
        boolean writesItself = (muxer.oformat().flags() & avformat.AVFMT_NOFILE) != 0;
        if (!writesItself) {
            var io = new AVIOContext(null);
            check(avformat.avio_open(io, file.toString(), avformat.AVIO_FLAG_WRITE));
            muxer.pb(io);
        }
        check(avformat.avformat_write_header(muxer, (AVDictionary) null));
        AVFrame picture = picture(context);
        AVPacket packet = avcodec.av_packet_alloc();
        for (int i = 0; i < subtitles.size(); i++) {
            writeLine(subtitles.get(i).line(), i + 1, packet, muxer);
        }
        for (int i = 0; i <= FRAMES; i++) {
            picture.pts(i);
            check(avcodec.avcodec_send_frame(context, i < FRAMES ? picture : null));
            while (avcodec.avcodec_receive_packet(context, packet) >= 0) {
                avcodec.av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
                packet.stream_index(0);
                if (packet.duration() == 0) {
                    packet.duration(
                            avutil.av_rescale_q(1, context.time_base(), stream.time_base()));
                }
                check(avformat.av_interleaved_write_frame(muxer, packet));
            }
        }
        check(avformat.av_write_trailer(muxer));
        avcodec.av_packet_free(packet);
        avutil.av_frame_free(picture);
        avcodec.avcodec_free_context(context);
        if (!writesItself) {
            avformat.avio_closep(muxer.pb());
        }
        avformat.avformat_free_context(muxer);
    }

    private static void add(Subtitles track, AVFormatContext muxer) {
        AVStream stream = avformat.avformat_new_stream(muxer, null);
        stream.time_base(rational(1, 1000));
        byte[] head = track.head().getBytes(StandardCharsets.UTF_8);
        var copy = new BytePointer(avutil.av_mallocz(head.length + PADDING));
        copy.capacity(head.length).put(head);
        stream.codecpar()
                .codec_type(avutil.AVMEDIA_TYPE_SUBTITLE)
                .codec_id(track.codec())
                .extradata(copy)
                .extradata_size(head.length);
    }

    private static void writeLine(
            String line, int track, AVPacket packet, AVFormatContext matroska) {
        if (!line.isEmpty()) {
            byte[] text = line.getBytes(StandardCharsets.UTF_8);
            check(avcodec.av_new_packet(packet, text.length));
            packet.data().capacity(text.length).put(text);
            packet.pts(0).dts(0).duration(200).stream_index(track);
            check(avformat.av_interleaved_write_frame(matroska, packet));
        }
    }

    private static AVCodecContext open(AVCodec codec, int format, AVFormatContext muxer) {
        AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
        context.width(WIDTH);
        context.height(HEIGHT);
        context.pix_fmt(format);
        context.time_base(rational(1, RATE));
        context.framerate(rational(RATE, 1));
        context.bit_rate(4_000_000);
        context.gop_size(FRAMES);
        context.strict_std_compliance(avcodec.FF_COMPLIANCE_EXPERIMENTAL);
        if ((muxer.oformat().flags() & avformat.AVFMT_GLOBALHEADER) != 0) {
            context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        }
        check(avcodec.avcodec_open2(context, codec, (AVDictionary) null));
        return context;
    }

    private static AVFrame picture(AVCodecContext context) {
        AVFrame rgb = frame(avutil.AV_PIX_FMT_RGB24);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int colour = colour(x, y);
                long at = (long) y * rgb.linesize(0) + 3L * x;
                rgb.data(0).put(at, (byte) (colour >> 16));
                rgb.data(0).put(at + 1, (byte) (colour >> 8));
                rgb.data(0).put(at + 2, (byte) colour);
            }
        }
        AVFrame out = frame(context.pix_fmt());
        SwsContext sws =
                swscale.sws_getContext(
                        WIDTH,
                        HEIGHT,
                        avutil.AV_PIX_FMT_RGB24,
                        WIDTH,
                        HEIGHT,
                        context.pix_fmt(),
                        swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT,
                        null,
                        null,
                        (DoublePointer) null);
        check(
                swscale.sws_scale(
                        sws,
                        new PointerPointer<>(rgb),
                        rgb.linesize(),
                        0,
                        HEIGHT,
                        new PointerPointer<>(out),
                        out.linesize()));
        swscale.sws_freeContext(sws);
        avutil.av_frame_free(rgb);
        return out;
    }

    /** The colour of a pixel, as 0xRRGGBB. */
    static int colour(int x, int y) {
        if (y < HEIGHT / 2) {
            return x < WIDTH / 2 ? 0xc03030 : 0x30a040;
        }
        return x < WIDTH / 2 ? 0x3040b0 : 0xd0d0d0;
    }

    private static AVFrame frame(int format) {
        AVFrame frame = avutil.av_frame_alloc();
        frame.width(WIDTH);
        frame.height(HEIGHT);
        frame.format(format);
        check(avutil.av_frame_get_buffer(frame, 0));
        return frame;
    }

    private static AVRational rational(int numerator, int denominator) {
        return avutil.av_make_q(numerator, denominator);
    }

    private static void check(int result) {
        if (result < 0) {
            throw new AssertionError("FFmpeg: error " + result);
        }
    }
}
