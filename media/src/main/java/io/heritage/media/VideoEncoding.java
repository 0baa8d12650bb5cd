package io.heritage.media;

/**
 * How a video is written: H.264 by libx264, 8 bit 4:2:0, high profile, BT.709 limited range, in
 * mp4.
 *
 * @param size of the frames that come in. An odd side is padded by repeating its last column or
 *     row, since 4:2:0 needs even ones: nothing is cut off
 * @param timeBase in which timestamps are counted, in seconds
 * @param frameRate meant for players and for the rate control; the timestamps alone say when a
 *     frame is shown
 * @param pixelAspect a pixel's width over its height
 * @param crf quality of libx264, 0 (lossless) to 51; 18 is hardly told from the input
 * @param preset of libx264, {@code ultrafast} to {@code veryslow}
 */
public record VideoEncoding(
        VideoSize size,
        Rational timeBase,
        Rational frameRate,
        Rational pixelAspect,
        int crf,
        String preset) {

    public static final int DEFAULT_CRF = 18;
    public static final String DEFAULT_PRESET = "veryfast";

    public VideoEncoding {
        if (crf < 0 || crf > 51) {
            throw new IllegalArgumentException("crf must be 0 to 51; found " + crf);
        }
    }

    /** Square pixels, one timestamp unit a frame, default quality. */
    public static VideoEncoding of(VideoSize size, Rational frameRate) {
        return new VideoEncoding(
                size, frameRate.inverse(), frameRate, Rational.ONE, DEFAULT_CRF, DEFAULT_PRESET);
    }

    /**
     * Timestamps, rate and pixel aspect of an input, default quality; the size is that of its
     * upright frames.
     */
    public static VideoEncoding like(VideoProbe input) {
        return new VideoEncoding(
                input.uprightSize(),
                input.timeBase(),
                input.frameRate(),
                input.uprightPixelAspect(),
                DEFAULT_CRF,
                DEFAULT_PRESET);
    }

    public VideoEncoding withSize(VideoSize other) {
        return new VideoEncoding(other, timeBase, frameRate, pixelAspect, crf, preset);
    }

    public VideoEncoding withQuality(int otherCrf, String otherPreset) {
        return new VideoEncoding(size, timeBase, frameRate, pixelAspect, otherCrf, otherPreset);
    }

    /** Time base and rate of a video with {@link RaisedRate}. */
    public VideoEncoding withRate(Rational otherTimeBase, Rational otherFrameRate) {
        return new VideoEncoding(size, otherTimeBase, otherFrameRate, pixelAspect, crf, preset);
    }
}
