package io.heritage.transport.media;

/**
 * More media would evict media of unfinished jobs or unexpired results. There will be room when
 * some have ended; nothing was lost.
 */
public final class MediaQuotaReached extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MediaQuotaReached(String message) {
        super(message);
    }
}
