package io.heritage.transport.queue;

/**
 * Progress of the queue of a jobs topic, as the queue itself keeps it. From the oldest unfinished
 * record on, the queue keeps at most {@code limit} records in view; finished ones behind an
 * unfinished one stay in view. Once the window is full, nothing more is delivered until the oldest
 * record is finished.
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

    /** Share of the window that finished records take up, 0 to 1. */
    public double fill() {
        return Math.min(1, (double) finishedAhead / limit);
    }

    /** Whether later jobs will soon have to wait for the one at {@code startOffset}. */
    public boolean isNearlyFull() {
        return fill() >= NEARLY_FULL;
    }
}
