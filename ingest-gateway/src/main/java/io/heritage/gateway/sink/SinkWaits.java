package io.heritage.gateway.sink;

import io.heritage.gateway.connection.ClientConnection;
import io.heritage.gateway.error.ClientGone;
import io.heritage.schemas.SinkApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Long polls: the sink holds a request until there is news, or the wait is over. */
final class SinkWaits {
    private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(1);

    /** The connection is watched only if an answer takes longer. */
    private static final Duration WATCH_AFTER = Duration.ofMillis(200);

    private static final int UNAVAILABLE = 503;
    private static final int NOT_FOUND = 404;

    private final SinkConnection sink;

    /** Time for the sink's answer, beyond the wait. */
    private final Duration answerTimeout;

    private final Set<CompletableFuture<?>> drainable = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    SinkWaits(SinkConnection sink, Duration answerTimeout) {
        this.sink = sink;
        this.answerTimeout = answerTimeout;
    }

    /**
     * Asks for {@code path} until the wait is over; a sink that does not answer is asked again.
     * When the gateway is closing, the current state is enough.
     *
     * @param path with a query, to which the wait is added
     * @param submitted whether the job is known to exist; 404 then means that the sink has not seen
     *     it yet
     * @return empty if no sink could be reached during all of the wait and some seconds more
     * @throws ClientGone as soon as the client hangs up
     */
    Optional<HttpResponse<InputStream>> await(
            String path, Duration wait, boolean submitted, ClientConnection client) {
        long deadline = System.nanoTime() + wait.toNanos();
        long givenUp = submitted ? deadline : deadline + SinkRetries.BACK_WITHIN.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            boolean last = draining;
            try {
                HttpResponse<InputStream> answer =
                        last ? now(path, client) : within(left, path, client);
                boolean early = answer.statusCode() == NOT_FOUND && submitted;
                if (answer.statusCode() != UNAVAILABLE && !early) {
                    return Optional.of(answer);
                }
                answer.body().close();
            } catch (IOException lost) {
                if (client.gone()) {
                    throw new ClientGone();
                }
            }
            if (last
                    || (!draining
                            && givenUp - System.nanoTime() < SinkRetries.RETRY_PAUSE.toNanos())) {
                return Optional.empty();
            }
            if (!draining) {
                SinkRetries.pause();
            }
        }
    }

    boolean draining() {
        return draining;
    }

    /** Ends all waits: each is answered with the state its job is in. */
    void drain() {
        draining = true;
        drainable.forEach(wait -> wait.cancel(true));
    }

    private HttpResponse<InputStream> now(String path, ClientConnection client) throws IOException {
        return answered(sink.getLater(path, answerTimeout), client);
    }

    private HttpResponse<InputStream> within(Duration left, String path, ClientConnection client)
            throws IOException {
        CompletableFuture<HttpResponse<InputStream>> answer =
                sink.getLater(
                        path + "&" + SinkApi.WAIT + "=" + atLeastZero(left).toMillis(),
                        answeredWithin(left));
        drainable.add(answer);
        try {
            if (draining) {
                answer.cancel(true);
            }
            return answered(answer, client);
        } finally {
            drainable.remove(answer);
        }
    }

    private static HttpResponse<InputStream> answered(
            CompletableFuture<HttpResponse<InputStream>> answer, ClientConnection client)
            throws IOException {
        try {
            return answer.get(WATCH_AFTER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException longWait) {
            client.watch(() -> answer.cancel(true));
            return late(answer);
        } catch (ExecutionException e) {
            throw new IOException("no answer from the sink", e.getCause());
        } catch (CancellationException e) {
            throw new IOException("the wait was ended", e);
        } catch (InterruptedException e) {
            throw interrupted(answer);
        }
    }

    private static HttpResponse<InputStream> late(
            CompletableFuture<HttpResponse<InputStream>> answer) throws IOException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException("no answer from the sink", e.getCause());
        } catch (CancellationException e) {
            throw new IOException("the wait was ended", e);
        } catch (InterruptedException e) {
            throw interrupted(answer);
        }
    }

    private static IOException interrupted(CompletableFuture<?> answer) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for the sink");
    }

    /** The last question has time for an answer too, if there is a sink to give it. */
    private Duration answeredWithin(Duration left) {
        Duration timeout = left.plus(answerTimeout);
        return timeout.compareTo(LEAST_TIMEOUT) > 0 ? timeout : LEAST_TIMEOUT;
    }

    private static Duration atLeastZero(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
