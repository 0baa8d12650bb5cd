package io.heritage.processor;

/**
 * How far a piece of work has come.
 *
 * @param stage one word for people: {@code load}, {@code interpolate}, {@code store} …
 * @param framesTotal 0 as long as it is not known; an estimate for a video
 */
public record WorkProgress(String stage, long framesDone, long framesTotal) {

    /** 0 to 1; 0 while the total is unknown. */
    public double fraction() {
        return framesTotal <= 0 ? 0 : Math.min(1, (double) framesDone / framesTotal);
    }
}
