package io.heritage.transport.media;

/**
 * More media would push out media of jobs that are not finished, or results that are not expired.
 * There will be room when some are; nothing was lost.
 */
public final class MediaQuotaReached extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MediaQuotaReached(String message) {
        super(message);
    }
}
