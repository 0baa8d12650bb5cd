package io.heritage.processor.job;

/**
 * Progress of a piece of work.
 *
 * @param stage one word for people: {@code load}, {@code interpolate}, {@code store} …
 * @param fraction of the work, 0 to 1; 0 while unknown
 * @param framesTotal 0 as long as it is not known; an estimate for a video
 */
public record WorkProgress(String stage, double fraction, long framesDone, long framesTotal) {

    /** Progress of work that is proportional to its frames. */
    public WorkProgress(String stage, long framesDone, long framesTotal) {
        this(
                stage,
                framesTotal <= 0 ? 0 : Math.min(1, (double) framesDone / framesTotal),
                framesDone,
                framesTotal);
    }
}
