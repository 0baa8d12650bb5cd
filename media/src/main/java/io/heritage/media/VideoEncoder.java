package io.heritage.media;

import io.heritage.schemas.FrameSize;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A codec with its picture: RGB frames in, packets out. One thread; the codec has its own. */
final class VideoEncoder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VideoEncoder.class);

    /** A key frame at least every so many seconds, for seeking. */
    private static final int KEY_FRAME_SECONDS = 4;

    /** The tag that players expect for HEVC in mp4; FFmpeg would write {@code hev1}. */
    private static final int HVC1 = 'h' | 'v' << 8 | 'c' << 16 | '1' << 24;

    private final VideoEncoding encoding;
    private final VideoCodec codec;
    private final AVCodecContext encoder;
    private final AVFrame picture = avutil.av_frame_alloc();
    private final RgbConversion conversion = new RgbConversion();
    private final FrameSize coded;
    private @Nullable RgbFrame padded;
    private long lastPts = Long.MIN_VALUE;

    /**
     * Uses one thread per core. A GPU refuses some sizes, and too many videos at once; such a video
     * is encoded on the CPU.
     */
    static VideoEncoder of(VideoEncoding encoding) {
        VideoCodec codec = VideoCodec.of(encoding);
        try {
            return new VideoEncoder(encoding, codec, 0);
        } catch (NativeError e) {
            if (!codec.isNvenc()) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("video is encoded on the CPU; the GPU refuses it");
            Ffmpeg.load();
            return new VideoEncoder(encoding, VideoCodec.onCpu(encoding), 0);
        }
    }

    /**
     * @param threads of the codec: what it writes depends on their number; 0: as many as there are
     *     cores
     */
    VideoEncoder(VideoEncoding encoding, VideoCodec codec, int threads) {
        this.encoding = encoding;
        this.codec = codec;
        int width = encoding.size().width() + (encoding.size().width() & 1);
        int height = encoding.size().height() + (encoding.size().height() & 1);
        coded = new FrameSize(width, height);
        AVCodec library = avcodec.avcodec_find_encoder_by_name(codec.library());
        encoder = avcodec.avcodec_alloc_context3(library);
        try {
            configure(threads);
            open(library);
            allocatePicture();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void configure(int threads) {
        encoder.width(coded.width()).height(coded.height()).pix_fmt(codec.pixelFormat());
        encoder.thread_count(threads);
        encoder.time_base(encoding.timeBase().toNative())
                .framerate(encoding.frameRate().toNative());
        encoder.sample_aspect_ratio(encoding.pixelAspect().toNative());
        encoder.gop_size(
                (int)
                        Math.clamp(
                                Math.round(encoding.frameRate().value() * KEY_FRAME_SECONDS),
                                1,
                                1000));
        encoder.colorspace(avutil.AVCOL_SPC_BT709).color_range(avutil.AVCOL_RANGE_MPEG);
        encoder.color_primaries(encoding.colour().primaries());
        encoder.color_trc(encoding.colour().transfer());
        encoder.chroma_sample_location(avutil.AVCHROMA_LOC_LEFT);
        encoder.flags(
                encoder.flags()
                        | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER
                        | avcodec.AV_CODEC_FLAG_FRAME_DURATION);
    }

    private void open(AVCodec library) {
        AVDictionary options = new AVDictionary(null);
        codec.options().forEach((key, value) -> avutil.av_dict_set(options, key, value, 0));
        int code = avcodec.avcodec_open2(encoder, library, options);
        avutil.av_dict_free(options);
        NativeError.check(code, "open %s for %s".formatted(codec.library(), encoding.size()));
    }

    private void allocatePicture() {
        picture.width(coded.width()).height(coded.height()).format(codec.pixelFormat());
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
        if (encoder.codec_id() == avcodec.AV_CODEC_ID_HEVC) {
            track.codecpar().codec_tag(HVC1);
        }
    }

    /** FFmpeg's name of the encoder. */
    String name() {
        return codec.library();
    }

    /** Parameters that a decoder needs before the first packet. */
    byte[] parameters() {
        byte[] bytes = new byte[encoder.extradata_size()];
        if (bytes.length > 0) {
            encoder.extradata().capacity(bytes.length).get(bytes);
        }
        return bytes;
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
        conversion.fromRgb(padded(frame), picture);
        picture.pts(pts).duration(duration);
        lastPts = pts;
        NativeError.check(
                avcodec.avcodec_send_frame(encoder, picture), "encode the frame at " + pts);
    }

    private RgbFrame padded(RgbFrame frame) {
        if (encoding.size().equals(coded)) {
            return frame;
        }
        RgbFrame target = padded;
        if (target == null || target.depth() != frame.depth()) {
            target = RgbFrame.allocate(coded.width(), coded.height(), frame.depth());
            padded = target;
        }
        pad(frame, target);
        return target;
    }

    /** Repeats the last column and row where the size is odd. */
    private static void pad(RgbFrame frame, RgbFrame padded) {
        ByteBuffer from = frame.pixels();
        ByteBuffer to = padded.pixels();
        int pixel = frame.pixelBytes();
        int rowBytes = frame.width() * pixel;
        int paddedBytes = padded.width() * pixel;
        for (int y = 0; y < padded.height(); y++) {
            int source = Math.min(y, frame.height() - 1) * rowBytes;
            to.put(y * paddedBytes, from, source, rowBytes);
            if (paddedBytes > rowBytes) {
                to.put(y * paddedBytes + rowBytes, from, source + rowBytes - pixel, pixel);
            }
        }
    }

    /** Ends the stream of frames. */
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
