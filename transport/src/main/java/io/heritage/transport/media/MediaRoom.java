package io.heritage.transport.media;

/**
 * Bytes that may still be written without evicting media that a job needs or filling a disk.
 * Answers from a recent snapshot; safe for use by any number of threads.
 */
public interface MediaRoom {
    /** For a store without limits. */
    MediaRoom UNLIMITED =
            new MediaRoom() {
                @Override
                public long of(int partition) {
                    return Long.MAX_VALUE;
                }

                @Override
                public long knownAt() {
                    return System.nanoTime();
                }

                @Override
                public void requireDisk() {}

                @Override
                public void require(long bytes) {}

                @Override
                public void requireSpan(long chunks) {}

                @Override
                public boolean keeps(int partition, long offset) {
                    return true;
                }
            };

    /**
     * Bytes that the partition takes before its retention would delete media of a job that is not
     * finished. Negative if it has taken too many already.
     */
    long of(int partition);

    /** Time ({@link System#nanoTime}) up to which {@link #of} includes all jobs. */
    long knownAt();

    /**
     * @throws DiskFull if a broker has less free space than it needs for its own records
     */
    void requireDisk();

    /**
     * Whether a new job may bring so many bytes of media.
     *
     * @throws MediaQuotaReached if no partition has room for them, or the results of earlier jobs
     *     fill what is set aside for results
     * @throws DiskFull as in {@link #requireDisk}
     * @throws io.heritage.transport.kafka.TransportUnavailable if Kafka has been silent for 20 s
     */
    void require(long bytes);

    /**
     * Whether an upload is still whole.
     *
     * @param chunks from its first to its last, those of others in between counted
     * @throws MediaQuotaReached if retention may have reached the first
     */
    void requireSpan(long chunks);

    /** Whether retention will not delete records from this offset on for the moment. */
    boolean keeps(int partition, long offset);
}
