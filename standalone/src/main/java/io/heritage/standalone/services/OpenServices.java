package io.heritage.standalone.services;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started so far; closes the latest first, and all of it. */
final class OpenServices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenServices.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        // Parts wait for their threads while they close: an interrupt that led here is over.
        boolean interrupted = Thread.interrupted();
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.atError()
                        .addKeyValue("part", part.getClass().getSimpleName())
                        .setCause(e)
                        .log("part did not stop cleanly");
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
