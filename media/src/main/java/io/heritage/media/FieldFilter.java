package io.heritage.media;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * FFmpeg's deinterlacer: frames in, as many frames out, one later. Those that are not interlaced
 * pass unchanged. One thread; the filter has its own.
 */
final class FieldFilter implements AutoCloseable {

    private final AVFilterGraph graph = avfilter.avfilter_graph_alloc();
    private final AVFilterContext in;
    private final AVFilterContext out;
    private final Rational timeBase;
    private final Kind kind;

    /** Properties that all frames must share. */
    private record Kind(int width, int height, int format) {
        static Kind of(AVFrame frame) {
            return new Kind(frame.width(), frame.height(), frame.format());
        }

        @Override
        public String toString() {
            return "%dx%d pixels of %s"
                    .formatted(width, height, avutil.av_get_pix_fmt_name(format).getString());
        }
    }

    /**
     * @param like a frame as they will be
     * @param timeBase of the frames
     */
    FieldFilter(AVFrame like, Rational timeBase) {
        this.timeBase = timeBase;
        this.kind = Kind.of(like);
        String description =
                "buffer@in=video_size=%dx%d:pix_fmt=%d:time_base=%s:colorspace=%d:range=%d,bwdif=mode=send_frame:parity=auto:deint=interlaced,buffersink@out"
                        .formatted(
                                like.width(),
                                like.height(),
                                like.format(),
                                timeBase.numerator() + "/" + timeBase.denominator(),
                                like.colorspace(),
                                like.color_range());
        try {
            NativeError.check(
                    avfilter.avfilter_graph_parse_ptr(
                            graph, description, (AVFilterInOut) null, (AVFilterInOut) null, null),
                    "prepare the deinterlacer");
            NativeError.check(
                    avfilter.avfilter_graph_config(graph, null), "prepare the deinterlacer");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        in = avfilter.avfilter_graph_get_filter(graph, "buffer@in");
        out = avfilter.avfilter_graph_get_filter(graph, "buffersink@out");
    }

    /**
     * Marks a frame as interlaced if only its track says so. Decoders of H.264, HEVC, MPEG-2 and
     * VC-1 mark each frame.
     */
    static void mark(AVFrame frame, AVCodecParameters track) {
        boolean known =
                switch (track.codec_id()) {
                    case avcodec.AV_CODEC_ID_H264,
                            avcodec.AV_CODEC_ID_HEVC,
                            avcodec.AV_CODEC_ID_MPEG2VIDEO,
                            avcodec.AV_CODEC_ID_VC1 ->
                            true;
                    default -> false;
                };
        boolean topFirst =
                track.field_order() == avcodec.AV_FIELD_TT
                        || track.field_order() == avcodec.AV_FIELD_BT;
        boolean bottomFirst =
                track.field_order() == avcodec.AV_FIELD_BB
                        || track.field_order() == avcodec.AV_FIELD_TB;
        if (!known && !isInterlaced(frame) && (topFirst || bottomFirst)) {
            frame.flags(
                    frame.flags()
                            | AVFrame.AV_FRAME_FLAG_INTERLACED
                            | (topFirst ? AVFrame.AV_FRAME_FLAG_TOP_FIELD_FIRST : 0));
        }
    }

    static boolean isInterlaced(AVFrame frame) {
        return (frame.flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) != 0;
    }

    /**
     * @param frame empty afterwards; null after the last
     * @throws MediaRejected if it is of another kind than the first: FFmpeg's filter would take it
     *     and read beyond its planes
     */
    void send(@Nullable AVFrame frame) {
        if (frame != null) {
            Kind found = Kind.of(frame);
            if (!found.equals(kind)) {
                throw new MediaRejected(
                        "an interlaced video changes from %s to %s, which is not supported"
                                .formatted(kind, found));
            }
            frame.pts(frame.best_effort_timestamp());
        }
        NativeError.check(avfilter.av_buffersrc_add_frame(in, frame), "deinterlace a frame");
    }

    /** False if it wants frames or has ended. */
    boolean receive(AVFrame frame) {
        int code = avfilter.av_buffersink_get_frame(out, frame);
        if (code == avutil.AVERROR_EAGAIN() || code == avutil.AVERROR_EOF) {
            return false;
        }
        NativeError.check(code, "deinterlace a frame");
        if (frame.pts() != avutil.AV_NOPTS_VALUE) {
            frame.pts(
                    avutil.av_rescale_q(
                            frame.pts(),
                            avfilter.av_buffersink_get_time_base(out),
                            timeBase.toNative()));
        }
        frame.duration(
                avutil.av_rescale_q(
                        frame.duration(),
                        avfilter.av_buffersink_get_time_base(out),
                        timeBase.toNative()));
        frame.best_effort_timestamp(frame.pts());
        return true;
    }

    @Override
    public void close() {
        avfilter.avfilter_graph_free(graph);
    }
}
