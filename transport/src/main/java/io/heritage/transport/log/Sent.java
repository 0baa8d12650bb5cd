package io.heritage.transport.log;

import io.heritage.transport.kafka.TransportUnavailable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** A record that is being sent to the log. Any thread. */
public final class Sent {
    private final String what;
    private final CompletableFuture<Boolean> acknowledged;

    /**
     * @param what it is, for messages
     * @param acknowledged completed when Kafka has the record, exceptionally if it does not take it
     */
    Sent(String what, CompletableFuture<Boolean> acknowledged) {
        this.what = what;
        this.acknowledged = acknowledged;
    }

    /** For a record that is in the log already. */
    public static Sent done() {
        return new Sent("a record", CompletableFuture.completedFuture(true));
    }

    /** Whether the outcome is known. */
    public boolean isDone() {
        return acknowledged.isDone();
    }

    /**
     * Returns when the record is acknowledged.
     *
     * @throws TransportUnavailable if Kafka does not acknowledge in time
     */
    public void await() {
        try {
            var _ = acknowledged.get();
        } catch (ExecutionException e) {
            throw unavailable(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    /**
     * @param listener hears whether the record was acknowledged: at once if that is known,
     *     otherwise on a thread of Kafka's client, so it must be quick
     */
    public void whenDone(Consumer<Boolean> listener) {
        var _ = acknowledged.whenComplete((_, problem) -> listener.accept(problem == null));
    }

    private TransportUnavailable unavailable(Throwable cause) {
        return new TransportUnavailable("Kafka did not acknowledge " + what, cause);
    }
}
