package io.heritage.gateway.error;

import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs requests that Kafka did not serve in time, with one line every 10 s at most, because most
 * requests fail while brokers are away. Any thread.
 */
public final class UnavailableLog {
    private static final Logger LOG = LoggerFactory.getLogger(UnavailableLog.class);
    private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final LongSupplier nanos;
    private long linesNanos;
    private long sinceLine;
    private boolean any;

    /**
     * @param nanos as {@link System#nanoTime}
     */
    public UnavailableLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    public void refused(TransportUnavailable e) {
        LOG.atDebug().setCause(e).log("request not served");
        long requests = takenForLine();
        if (requests > 0) {
            Throwable cause = e.getCause();
            LOG.atError()
                    .addKeyValue("requests", requests)
                    .addKeyValue("error", e.getMessage())
                    .addKeyValue("cause", cause == null ? "" : cause.toString())
                    .log("Kafka does not answer in time; requests are answered 503");
        }
    }

    /** Requests since the last line; 0 if it is not yet time for another. */
    private synchronized long takenForLine() {
        long now = nanos.getAsLong();
        sinceLine++;
        if (any && now - linesNanos < EVERY_NANOS) {
            return 0;
        }
        any = true;
        linesNanos = now;
        long requests = sinceLine;
        sinceLine = 0;
        return requests;
    }
}
