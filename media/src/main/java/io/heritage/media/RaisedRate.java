package io.heritage.media;

/**
 * Timestamps of a video whose frame rate is multiplied: the time base becomes finer by the factor,
 * so that every new timestamp is exact, also where the input's frames are unevenly spaced.
 *
 * @param times 2, 4 or 8
 */
public record RaisedRate(int times) {

    public RaisedRate {
        if (times != 2 && times != 4 && times != 8) {
            throw new IllegalArgumentException(
                    "the frame rate can be raised 2, 4 or 8 times; found " + times);
        }
    }

    /** The input's encoding with the finer time base and the higher rate. */
    public VideoEncoding raise(VideoEncoding input) {
        Rational timeBase = input.timeBase().inverse().times(times).inverse();
        return input.withRate(timeBase, input.frameRate().times(times));
    }

    /** An input's timestamp or duration in the finer time base. */
    public long scaled(long inputTime) {
        return Math.multiplyExact(inputTime, times);
    }

    /**
     * Time of the new frame {@code step} of {@code times} between two neighbours, in the finer time
     * base.
     *
     * @param step 0 is the earlier frame itself
     */
    public long between(long earlierPts, long laterPts, int step) {
        return scaled(earlierPts) + Math.multiplyExact(laterPts - earlierPts, step);
    }

    /** Position of the new frame between its neighbours, 0 to 1. */
    public double position(int step) {
        return (double) step / times;
    }
}
