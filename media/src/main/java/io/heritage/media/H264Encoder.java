package io.heritage.media;

import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** libx264 with its picture: RGB frames in, packets out. One thread. */
final class H264Encoder implements AutoCloseable {

    /** A key frame at least every so many seconds, for seeking. */
    private static final int KEY_FRAME_SECONDS = 4;

    private final VideoEncoding encoding;
    private final AVCodecContext encoder;
    private final AVFrame picture = avutil.av_frame_alloc();
    private final RgbConversion conversion = new RgbConversion();
    private final @Nullable RgbFrame padded;
    private long lastPts = Long.MIN_VALUE;

    H264Encoder(VideoEncoding encoding) {
        this.encoding = encoding;
        int width = encoding.size().width() + (encoding.size().width() & 1);
        int height = encoding.size().height() + (encoding.size().height() & 1);
        boolean even = encoding.size().equals(new VideoSize(width, height));
        padded = even ? null : RgbFrame.allocate(width, height);
        AVCodec codec = avcodec.avcodec_find_encoder_by_name("libx264");
        encoder = avcodec.avcodec_alloc_context3(codec);
        try {
            configure(width, height);
            open(codec);
            allocatePicture(width, height);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void configure(int width, int height) {
        encoder.width(width).height(height).pix_fmt(avutil.AV_PIX_FMT_YUV420P);
        encoder.time_base(encoding.timeBase().toNative())
                .framerate(encoding.frameRate().toNative());
        encoder.sample_aspect_ratio(encoding.pixelAspect().toNative());
        encoder.gop_size(
                (int)
                        Math.clamp(
                                Math.round(encoding.frameRate().value() * KEY_FRAME_SECONDS),
                                1,
                                1000));
        encoder.colorspace(avutil.AVCOL_SPC_BT709).color_primaries(avutil.AVCOL_PRI_BT709);
        encoder.color_trc(avutil.AVCOL_TRC_BT709).color_range(avutil.AVCOL_RANGE_MPEG);
        encoder.chroma_sample_location(avutil.AVCHROMA_LOC_LEFT);
        encoder.flags(
                encoder.flags()
                        | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER
                        | avcodec.AV_CODEC_FLAG_FRAME_DURATION);
    }

    private void open(AVCodec codec) {
        AVDictionary options = new AVDictionary(null);
        avutil.av_dict_set(options, "preset", encoding.preset(), 0);
        avutil.av_dict_set(options, "crf", Integer.toString(encoding.crf()), 0);
        if (encoding.crf() > 0) {
            avutil.av_dict_set(options, "profile", "high", 0); // lossless is another profile
        }
        int code = avcodec.avcodec_open2(encoder, codec, options);
        avutil.av_dict_free(options);
        NativeError.check(
                code,
                "open libx264 for %s (preset %s)".formatted(encoding.size(), encoding.preset()));
    }

    private void allocatePicture(int width, int height) {
        picture.width(width).height(height).format(avutil.AV_PIX_FMT_YUV420P);
        picture.colorspace(avutil.AVCOL_SPC_BT709).color_range(avutil.AVCOL_RANGE_MPEG);
        picture.chroma_location(avutil.AVCHROMA_LOC_LEFT);
        NativeError.check(avutil.av_frame_get_buffer(picture, 0), "allocate a picture to encode");
    }

    void describe(AVStream track) {
        NativeError.check(
                avcodec.avcodec_parameters_from_context(track.codecpar(), encoder),
                "describe the video");
        track.time_base(encoder.time_base());
        track.avg_frame_rate(encoder.framerate());
        track.sample_aspect_ratio(encoder.sample_aspect_ratio());
    }

    void send(RgbFrame frame, long pts, long duration) {
        if (frame.width() != encoding.size().width()
                || frame.height() != encoding.size().height()) {
            throw new IllegalArgumentException(
                    "a frame of %dx%d was written to a video of %s"
                            .formatted(frame.width(), frame.height(), encoding.size()));
        }
        if (pts <= lastPts) {
            throw new IllegalArgumentException(
                    "timestamps must grow; found %d after %d".formatted(pts, lastPts));
        }
        NativeError.check(avutil.av_frame_make_writable(picture), "write to the picture to encode");
        conversion.fromRgb(padded == null ? frame : pad(frame, padded), picture);
        picture.pts(pts).duration(duration);
        lastPts = pts;
        NativeError.check(
                avcodec.avcodec_send_frame(encoder, picture), "encode the frame at " + pts);
    }

    /** Repeats the last column and row where they are missing. */
    private static RgbFrame pad(RgbFrame frame, RgbFrame padded) {
        ByteBuffer from = frame.pixels();
        ByteBuffer to = padded.pixels();
        int rowBytes = frame.width() * 3;
        int paddedBytes = padded.width() * 3;
        for (int y = 0; y < padded.height(); y++) {
            int source = Math.min(y, frame.height() - 1) * rowBytes;
            to.put(y * paddedBytes, from, source, rowBytes);
            if (paddedBytes > rowBytes) {
                to.put(y * paddedBytes + rowBytes, from, source + rowBytes - 3, 3);
            }
        }
        return padded;
    }

    /** No frame comes any more. */
    void end() {
        NativeError.check(avcodec.avcodec_send_frame(encoder, null), "end the encoding");
    }

    /**
     * The next packet, in the encoding's time base; false if the encoder wants frames or has ended.
     */
    boolean receive(AVPacket packet) {
        int code = avcodec.avcodec_receive_packet(encoder, packet);
        if (code == avutil.AVERROR_EAGAIN() || code == avutil.AVERROR_EOF) {
            return false;
        }
        NativeError.check(code, "encode a frame");
        return true;
    }

    @Override
    public void close() {
        conversion.close();
        avutil.av_frame_free(picture);
        avcodec.avcodec_free_context(encoder);
    }
}
