package io.heritage.media;

import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;

/**
 * Encoding of a video: 4:2:0, BT.709 matrix, limited range, by the codec of its format.
 *
 * @param size of the frames that come in. An odd side is padded by repeating its last column or
 *     row, since 4:2:0 needs even ones: nothing is cut off
 * @param timeBase in which timestamps are counted, in seconds
 * @param frameRate meant for players and for the rate control; the timestamps alone say when a
 *     frame is shown
 * @param pixelAspect a pixel's width over its height
 * @param format container and codec
 * @param bitDepth 8 or 10 bit a sample; 10 gains something only where frames come as {@link
 *     SampleDepth#SIXTEEN}
 * @param crf quality in the numbers of the codec, 0 (best; lossless for H.264 of 8 bit) to 51
 * @param colour meaning of the frames' RGB values, which are written unchanged
 * @param encodedBy requested kind of encoder; {@link VideoWriter#encoder()} tells which was used
 */
public record VideoEncoding(
        FrameSize size,
        Rational timeBase,
        Rational frameRate,
        Rational pixelAspect,
        VideoFormat format,
        int bitDepth,
        int crf,
        ColourTags colour,
        EncodedBy encodedBy) {

    public static final int MAX_CRF = 51;

    public VideoEncoding {
        if (bitDepth != 8 && bitDepth != 10) {
            throw new IllegalArgumentException("bit depth must be 8 or 10; found " + bitDepth);
        }
        if (crf < 0 || crf > MAX_CRF) {
            throw new IllegalArgumentException(
                    "crf must be 0 to %d; found %d".formatted(MAX_CRF, crf));
        }
    }

    /** An mp4 of 8 bit, square pixels, one timestamp unit a frame, default quality, BT.709. */
    public static VideoEncoding of(FrameSize size, Rational frameRate) {
        return mp4(size, frameRate.inverse(), frameRate, Rational.ONE, ColourTags.BT709);
    }

    /**
     * An mp4 of 8 bit, timestamps, rate, pixel aspect and colour tags of an input, default quality;
     * the size is that of its upright frames.
     */
    public static VideoEncoding like(VideoProbe input) {
        return mp4(
                input.uprightSize(),
                input.timeBase(),
                input.frameRate(),
                input.uprightPixelAspect(),
                input.colour());
    }

    private static VideoEncoding mp4(
            FrameSize size,
            Rational timeBase,
            Rational frameRate,
            Rational pixelAspect,
            ColourTags colour) {
        VideoFormat mp4 = VideoFormat.MP4;
        return new VideoEncoding(
                size,
                timeBase,
                frameRate,
                pixelAspect,
                mp4,
                8,
                mp4.defaultCrf(),
                colour,
                EncodedBy.CPU);
    }

    public VideoEncoding withSize(FrameSize other) {
        return new VideoEncoding(
                other, timeBase, frameRate, pixelAspect, format, bitDepth, crf, colour, encodedBy);
    }

    /** Another format, at its default quality. */
    public VideoEncoding withFormat(VideoFormat other) {
        return new VideoEncoding(
                size,
                timeBase,
                frameRate,
                pixelAspect,
                other,
                bitDepth,
                other.defaultCrf(),
                colour,
                encodedBy);
    }

    public VideoEncoding withBitDepth(int other) {
        return new VideoEncoding(
                size, timeBase, frameRate, pixelAspect, format, other, crf, colour, encodedBy);
    }

    public VideoEncoding withCrf(int other) {
        return new VideoEncoding(
                size, timeBase, frameRate, pixelAspect, format, bitDepth, other, colour, encodedBy);
    }

    /** Time base and rate of a video with {@link RaisedRate}. */
    public VideoEncoding withRate(Rational otherTimeBase, Rational otherFrameRate) {
        return new VideoEncoding(
                size,
                otherTimeBase,
                otherFrameRate,
                pixelAspect,
                format,
                bitDepth,
                crf,
                colour,
                encodedBy);
    }

    public VideoEncoding withEncodedBy(EncodedBy other) {
        return new VideoEncoding(
                size, timeBase, frameRate, pixelAspect, format, bitDepth, crf, colour, other);
    }
}
