package io.heritage.processor.job;

/** Work was stopped at a checkpoint; see {@link WorkObserver#checkpoint()}. */
public final class WorkStopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why; decides what is reported about the job. */
    public enum Reason {
        CANCELLED,
        /** The attempt ran longer than the job's policy permits. */
        EXECUTION_TIMEOUT,
        /** The job's time to live is over; the sink reports it. */
        EXPIRED,
        /** The queue may have given the job to another worker; this one may still hold it. */
        CLAIM_LOST,
        /**
         * The sink counts another attempt of the job now; this one's queue record is not needed.
         */
        SUPERSEDED,
        /** The processor has to stop. */
        SHUTDOWN
    }

    private final Reason reason;

    public WorkStopped(Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
