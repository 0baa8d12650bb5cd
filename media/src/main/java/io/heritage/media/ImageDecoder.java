package io.heritage.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * Turns an encoded picture into an upright {@link RgbFrame}: 16 bit samples are rounded to 8, grey
 * and palette become RGB, CMYK is converted without profile, alpha is dropped or kept apart and not
 * blended, colour profiles are ignored, and the first picture of an animation is used. Any thread;
 * a decoder holds nothing between calls.
 */
public final class ImageDecoder {

    private static final long PADDING = 64;

    private final ImageLimits limits;

    public ImageDecoder(ImageLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads the stream to its end and decodes it; the caller closes stream and frame.
     *
     * @throws MediaRejected if it is no picture, damaged, cut off or beyond the limits
     */
    public RgbFrame decode(InputStream in) throws IOException {
        try (EncodedBytes encoded = EncodedBytes.readAll(in, limits)) {
            return decode(encoded, false).colours();
        }
    }

    /**
     * The same with the transparency of the picture; the caller closes stream and picture.
     *
     * @throws MediaRejected if it is no picture, damaged, cut off or beyond the limits
     */
    public DecodedImage decodeWithAlpha(InputStream in) throws IOException {
        try (EncodedBytes encoded = EncodedBytes.readAll(in, limits)) {
            return decode(encoded, true);
        }
    }

    /**
     * The same without transparency, blended with black.
     *
     * @throws MediaRejected if it is no picture, damaged, cut off or beyond the limits
     */
    public RgbFrame decodeOnBlack(InputStream in) throws IOException {
        DecodedImage image = decodeWithAlpha(in);
        image.alpha().ifPresent(alpha -> alpha.multiply(image.colours()));
        return image.colours();
    }

    /**
     * Decodes the bytes from position to limit, which stay as they are; the caller closes the
     * frame.
     *
     * @throws MediaRejected if it is no picture, damaged, cut off or beyond the limits
     */
    public RgbFrame decode(ByteBuffer bytes) {
        try (EncodedBytes encoded = EncodedBytes.copyOf(bytes)) {
            return decode(encoded, false).colours();
        }
    }

    private DecodedImage decode(EncodedBytes encoded, boolean withAlpha) {
        ImageHeader header = ImageProbe.require(encoded.buffer(), limits);
        encoded.cutTo(ImageEnding.of(header.format(), encoded.buffer()));
        DecodedImage stored = decodeStored(header, encoded, withAlpha);
        if (header.orientation() == Orientation.UPRIGHT) {
            return stored;
        }
        try (stored) {
            RgbFrame upright = RgbFrame.allocate(header.uprightWidth(), header.uprightHeight());
            header.orientation().apply(stored.colours(), upright);
            return new DecodedImage(
                    upright, stored.alpha().map(alpha -> alpha.upright(header.orientation())));
        }
    }

    private static DecodedImage decodeStored(
            ImageHeader header, EncodedBytes encoded, boolean withAlpha) {
        Ffmpeg.load();
        if (header.format() == ImageFormat.HEIC || header.format() == ImageFormat.AVIF) {
            return HeifDecoder.decode(header, encoded, withAlpha);
        }
        try (AVCodecContext decoder = open(header);
                AVFrame frame = avutil.av_frame_alloc()) {
            try {
                send(decoder, header, encoded);
                receive(decoder, header, frame);
                return new DecodedImage(
                        toRgb(header, frame), withAlpha ? alphaOf(frame) : Optional.empty());
            } finally {
                avutil.av_frame_free(frame);
                avcodec.avcodec_free_context(decoder);
            }
        }
    }

    private static Optional<AlphaPlane> alphaOf(AVFrame frame) {
        if (!SamplePlanes.hasAlpha(frame.format())) {
            return Optional.empty();
        }
        AlphaPlane alpha = AlphaPlane.allocate(frame.width(), frame.height());
        SamplePlanes.copyAlpha(frame, alpha.samples());
        return alpha.isOpaque() ? Optional.empty() : Optional.of(alpha);
    }

    /**
     * The decoder itself refuses more pixels than the header states, because a file may hold a
     * second header that was not checked. FFmpeg counts padding too.
     */
    private static AVCodecContext open(ImageHeader header) {
        ImageFormat format = header.format();
        AVCodec codec = avcodec.avcodec_find_decoder(codecId(format));
        AVCodecContext decoder = avcodec.avcodec_alloc_context3(codec);
        decoder.thread_count(1);
        decoder.max_pixels((header.width() + PADDING) * (header.height() + PADDING));
        decoder.err_recognition(errorsFound(format));
        try (AVDictionary none = new AVDictionary(null)) {
            NativeError.check(
                    avcodec.avcodec_open2(decoder, codec, none),
                    "open its " + format.title() + " decoder");
        }
        return decoder;
    }

    /**
     * Checks of the decoder. TIFF's decoder counts every unknown tag as an error, so it must not
     * stop at errors.
     */
    private static int errorsFound(ImageFormat format) {
        int found = avcodec.AV_EF_CRCCHECK | avcodec.AV_EF_BITSTREAM | avcodec.AV_EF_BUFFER;
        return format == ImageFormat.TIFF ? found : found | avcodec.AV_EF_EXPLODE;
    }

    private static int codecId(ImageFormat format) {
        return switch (format) {
            case PNG -> avcodec.AV_CODEC_ID_PNG;
            case JPEG -> avcodec.AV_CODEC_ID_MJPEG;
            case WEBP -> avcodec.AV_CODEC_ID_WEBP;
            case BMP -> avcodec.AV_CODEC_ID_BMP;
            case TIFF -> avcodec.AV_CODEC_ID_TIFF;
            case GIF -> avcodec.AV_CODEC_ID_GIF;
            case HEIC, AVIF -> throw new IllegalArgumentException("items have decoders");
        };
    }

    private static void send(AVCodecContext decoder, ImageHeader header, EncodedBytes encoded) {
        AVPacket packet = avcodec.av_packet_alloc();
        try (BytePointer bytes = new BytePointer(encoded.buffer())) {
            packet.data(bytes).size(encoded.length());
            check(avcodec.avcodec_send_packet(decoder, packet), header, encoded.length());
            check(avcodec.avcodec_send_packet(decoder, null), header, encoded.length());
        } finally {
            avcodec.av_packet_free(packet);
        }
    }

    private static void receive(AVCodecContext decoder, ImageHeader header, AVFrame frame) {
        int code = avcodec.avcodec_receive_frame(decoder, frame);
        if (Ffmpeg.failed(code)) {
            throw damaged(header, "nothing could be decoded, " + Ffmpeg.errorText(code));
        }
        if (frame.decode_error_flags() != 0
                || (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0) {
            throw damaged(header, "some of its pixels are lost, " + Ffmpeg.lastError());
        }
        if (frame.width() != header.width() || frame.height() != header.height()) {
            throw damaged(
                    header, "its pixels measure %dx%d".formatted(frame.width(), frame.height()));
        }
    }

    private static void check(int code, ImageHeader header, int bytes) {
        if (Ffmpeg.failed(code)) {
            throw damaged(
                    header,
                    "cannot be decoded from its %d bytes, %s"
                            .formatted(bytes, Ffmpeg.errorText(code)));
        }
    }

    private static MediaRejected damaged(ImageHeader header, String problem) {
        return new MediaRejected(
                "damaged %s of %dx%d pixels: %s"
                        .formatted(
                                header.format().title(), header.width(), header.height(), problem));
    }

    private static RgbFrame toRgb(ImageHeader header, AVFrame frame) {
        RgbFrame rgb = RgbFrame.allocate(header.width(), header.height());
        try (RgbConversion conversion = new RgbConversion()) {
            conversion.toRgb(frame, rgb);
            return rgb;
        }
    }
}
