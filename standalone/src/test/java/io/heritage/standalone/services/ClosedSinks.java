package io.heritage.standalone.services;

import static org.awaitility.Awaitility.await;

import java.time.Duration;

/**
 * Sinks of this process that were closed. Where the machine is slow they are still at it, and hold
 * their state folder, which the next one of a test uses.
 */
final class ClosedSinks {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private ClosedSinks() {}

    static void awaitEnd() {
        await().atMost(PATIENCE)
                .until(() ->
                        Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(thread -> thread.getName().endsWith("-CloseThread")));
    }
}
