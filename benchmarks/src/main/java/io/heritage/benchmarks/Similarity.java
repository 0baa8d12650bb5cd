package io.heritage.benchmarks;

import io.heritage.media.RgbFrame;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** Structural similarity of frames, by FFmpeg's filter {@code ssim}. */
final class Similarity implements AutoCloseable {
    private final AVFilterGraph graph = avfilter.avfilter_graph_alloc();
    private final AVFilterContext original;
    private final AVFilterContext decoded;
    private final AVFilterContext out;
    private final AVFrame compared = avutil.av_frame_alloc();
    private double sum;
    private long frames;

    /**
     * @param like a frame as they will be
     */
    Similarity(AVFrame like) {
        String input =
                "video_size=%dx%d:pix_fmt=%d:time_base=1/25:colorspace=%d:range=%d"
                        .formatted(
                                like.width(),
                                like.height(),
                                like.format(),
                                avutil.AVCOL_SPC_BT709,
                                avutil.AVCOL_RANGE_MPEG);
        check(
                avfilter.avfilter_graph_parse_ptr(
                        graph,
                        "buffer@decoded=%s[d];buffer@original=%s[o];[d][o]ssim,buffersink@out"
                                .formatted(input, input),
                        (AVFilterInOut) null,
                        (AVFilterInOut) null,
                        null));
        check(avfilter.avfilter_graph_config(graph, null));
        original = avfilter.avfilter_graph_get_filter(graph, "buffer@original");
        decoded = avfilter.avfilter_graph_get_filter(graph, "buffer@decoded");
        out = avfilter.avfilter_graph_get_filter(graph, "buffersink@out");
    }

    /** Changes only the times of both frames. */
    void add(AVFrame before, AVFrame after, long number) {
        before.pts(number).duration(1);
        after.pts(number).duration(1);
        check(avfilter.av_buffersrc_write_frame(decoded, after));
        check(avfilter.av_buffersrc_write_frame(original, before));
        take();
    }

    /** Mean over all frames and planes; 1 where they are equal. */
    double mean() {
        check(avfilter.av_buffersrc_write_frame(decoded, null));
        check(avfilter.av_buffersrc_write_frame(original, null));
        take();
        return sum / frames;
    }

    private void take() {
        while (avfilter.av_buffersink_get_frame(out, compared) >= 0) {
            AVDictionaryEntry all =
                    avutil.av_dict_get(compared.metadata(), "lavfi.ssim.All", null, 0);
            sum += Double.parseDouble(all.value().getString());
            frames++;
            avutil.av_frame_unref(compared);
        }
    }

    static void check(int code) {
        if (code < 0) {
            throw new IllegalStateException("FFmpeg answered " + code);
        }
    }

    @Override
    public void close() {
        avutil.av_frame_free(compared);
        avfilter.avfilter_graph_free(graph);
    }

    /** RGB of 8 bit to pictures of BT.709, limited range. */
    static final class Conversion implements AutoCloseable {
        private @Nullable SwsContext context;

        /** The caller frees it. */
        AVFrame picture(RgbFrame rgb, int format) {
            AVFrame picture = avutil.av_frame_alloc();
            picture.width(rgb.width()).height(rgb.height()).format(format);
            picture.colorspace(avutil.AVCOL_SPC_BT709).color_range(avutil.AVCOL_RANGE_MPEG);
            picture.chroma_location(avutil.AVCHROMA_LOC_LEFT);
            check(avutil.av_frame_get_buffer(picture, 0));
            try (var pixels = new BytePointer(rgb.pixels());
                    var planes = new PointerPointer<BytePointer>(4);
                    var strides = new IntPointer(4)) {
                planes.put(0, pixels);
                strides.put(0, 3 * rgb.width());
                check(
                        swscale.sws_scale(
                                converter(rgb, format),
                                planes,
                                strides,
                                0,
                                rgb.height(),
                                picture.data(),
                                picture.linesize()));
            }
            return picture;
        }

        private SwsContext converter(RgbFrame rgb, int format) {
            SwsContext current = context;
            if (current == null) {
                current =
                        swscale.sws_getContext(
                                rgb.width(),
                                rgb.height(),
                                avutil.AV_PIX_FMT_RGB24,
                                rgb.width(),
                                rgb.height(),
                                format,
                                swscale.SWS_BILINEAR | swscale.SWS_ACCURATE_RND,
                                null,
                                null,
                                (DoublePointer) null);
                IntPointer matrix = swscale.sws_getCoefficients(swscale.SWS_CS_ITU709);
                swscale.sws_setColorspaceDetails(
                        current, matrix, 1, matrix, 0, 0, 1 << 16, 1 << 16);
                context = current;
            }
            return current;
        }

        @Override
        public void close() {
            if (context != null) {
                swscale.sws_freeContext(context);
            }
        }
    }
}
