package io.heritage.processor.job;

/** A job cannot be done; the message goes to the client unchanged. */
public final class JobFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JobFailed(String message) {
        super(message);
    }
}
