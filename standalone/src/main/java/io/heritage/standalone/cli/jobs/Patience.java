package io.heritage.standalone.cli.jobs;

import io.heritage.standalone.client.ServerRefused;
import io.heritage.standalone.client.ServerUnreachable;
import io.heritage.standalone.download.RetryPause;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Retries while a server is unreachable, which says nothing about its jobs: after half a second,
 * then after twice as long each time, at most 15 s, and for two minutes in all. One thread.
 */
final class Patience {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(15);

    /** A server that was restarted is back by then. */
    private static final Duration WHOLE = Duration.ofMinutes(2);

    /** Statuses below 500 that are temporary. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    private static final int SERVER_ERROR = 500;

    private final Consumer<String> notes;
    private final RetryPause pause;
    private final InstantSource clock;
    private Instant heard;
    private Instant asked;
    private Duration next = FIRST;

    /**
     * @param notes takes a line for each failed attempt
     */
    Patience(Consumer<String> notes) {
        this(notes, RetryPause.SLEEP, InstantSource.system());
    }

    Patience(Consumer<String> notes, RetryPause pause, InstantSource clock) {
        this.notes = notes;
        this.pause = pause;
        this.clock = clock;
        this.heard = clock.instant();
        this.asked = heard;
    }

    /** A call to a server. */
    interface Question<T> {
        T ask() throws IOException, InterruptedException;
    }

    /**
     * @throws IOException the failure, if it is permanent or has lasted for two minutes
     */
    <T> T ask(Question<T> question) throws IOException, InterruptedException {
        heard();
        while (true) {
            try {
                asked = clock.instant();
                T answer = question.ask();
                heard();
                return answer;
            } catch (ServerUnreachable | ServerRefused failure) {
                again(failure);
            }
        }
    }

    /**
     * Called before a repeated request: limits them to two a second, also for a server that answers
     * at once where it should wait.
     */
    void pace() throws InterruptedException {
        Duration left = Duration.between(clock.instant(), asked.plus(FIRST));
        if (left.isPositive()) {
            pause.of(left);
        }
    }

    private void heard() {
        heard = clock.instant();
        next = FIRST;
    }

    private void again(IOException failure) throws IOException, InterruptedException {
        Duration left = Duration.between(clock.instant(), heard.plus(WHOLE));
        if (!passes(failure) || !left.isPositive()) {
            throw failure;
        }
        Duration wait = next.compareTo(left) < 0 ? next : left;
        notes.accept(
                "%s; asking again in %.1f s"
                        .formatted(failure.getMessage(), wait.toMillis() / 1e3));
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
        pause.of(wait);
    }

    private static boolean passes(IOException failure) {
        return !(failure instanceof ServerRefused refused)
                || refused.status() >= SERVER_ERROR
                || PASSING.contains(refused.status());
    }
}
