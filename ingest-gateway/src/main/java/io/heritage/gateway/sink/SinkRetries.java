package io.heritage.gateway.sink;

import io.heritage.gateway.error.HttpFailure;
import io.heritage.schemas.SinkApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Retries while sinks are replaced in turn: within seconds another one is ready, or has the job.
 */
final class SinkRetries {
    /** Time for a sink to be replaced, or for its jobs to move. */
    static final Duration BACK_WITHIN = Duration.ofSeconds(8);

    static final Duration RETRY_PAUSE = Duration.ofMillis(200);
    private static final int UNAVAILABLE = 503;

    private final SinkConnection sink;
    private final BooleanSupplier draining;

    /**
     * @param draining whether the gateway is closing, so that nothing is retried
     */
    SinkRetries(SinkConnection sink, BooleanSupplier draining) {
        this.sink = sink;
        this.draining = draining;
    }

    /**
     * A request that changes nothing.
     *
     * @param method GET or HEAD
     * @param timeout for the head of the answer
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> ask(String method, String pathAndQuery, Duration timeout) {
        return repeatedly(
                method,
                pathAndQuery,
                timeout,
                _ -> true,
                answer -> answer.statusCode() == UNAVAILABLE);
    }

    /**
     * A request that changes a job. The sink itself waits until it can do it: the gateway does not
     * know whether it was done.
     *
     * @param twiceIsOnce whether it is idempotent, so that it may be repeated if the answer is lost
     * @throws HttpFailure 503 if the sink cannot be reached
     */
    HttpResponse<InputStream> change(String pathAndQuery, Duration timeout, boolean twiceIsOnce) {
        return repeatedly(
                "POST",
                "%s&%s=%d".formatted(pathAndQuery, SinkApi.WAIT, BACK_WITHIN.toMillis()),
                timeout.plus(BACK_WITHIN),
                lost -> twiceIsOnce || lost instanceof ConnectException,
                _ -> false);
    }

    private HttpResponse<InputStream> repeatedly(
            String method,
            String pathAndQuery,
            Duration timeout,
            Predicate<IOException> mayRepeat,
            Predicate<HttpResponse<InputStream>> isRefusal) {
        long until = System.nanoTime() + BACK_WITHIN.toNanos();
        while (true) {
            boolean last =
                    draining.getAsBoolean() || until - System.nanoTime() < RETRY_PAUSE.toNanos();
            try {
                HttpResponse<InputStream> answer = sink.send(method, pathAndQuery, timeout);
                if (last || !isRefusal.test(answer)) {
                    return answer;
                }
                answer.body().close();
            } catch (IOException lost) {
                if (last || !mayRepeat.test(lost)) {
                    throw SinkConnection.away();
                }
            }
            pause();
        }
    }

    static void pause() {
        try {
            Thread.sleep(RETRY_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SinkConnection.closing();
        }
    }
}
