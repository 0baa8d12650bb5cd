package io.heritage.transport.queue;

/**
 * How far the queue of a jobs topic has come, as the queue itself keeps it. From the oldest record
 * that is not finished on, the queue holds at most {@code limit} records in view; those behind an
 * unfinished one stay in view although they are finished. Once the window is full nothing more is
 * delivered until the oldest record is finished.
 *
 * @param topic of the jobs
 * @param startOffset of the oldest record that is not finished; may lag behind by what was finished
 *     since the last acknowledgement but one, is never ahead
 * @param endOffset of the next record that will be written
 * @param finishedAhead finished records from {@code startOffset} on
 * @param limit the most records in view, as this process asks for it
 */
public record LaneWindow(
        String topic, long startOffset, long endOffset, long finishedAhead, int limit) {
    private static final double NEARLY_FULL = 0.8;

    /**
     * Whether the queue has finished with a record and will never deliver it again: it was
     * acknowledged, was delivered as often as the limit allows, or was removed by retention. This
     * is the only proof; idle workers prove nothing.
     */
    public boolean isPast(long offset) {
        return offset < startOffset;
    }

    /** Records that wait or are with a worker. */
    public long unfinished() {
        return endOffset - startOffset - finishedAhead;
    }

    /** Part of the window that finished records take up, 0 to 1. */
    public double fill() {
        return Math.min(1, (double) finishedAhead / limit);
    }

    /** Time to look for the job at {@code startOffset}: soon later ones have to wait for it. */
    public boolean isNearlyFull() {
        return fill() >= NEARLY_FULL;
    }
}
