package io.heritage.standalone.services;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Started services, closed in reverse order even if one fails to close. */
final class OpenServices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenServices.class);

    private final Deque<AutoCloseable> services = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T service) {
        services.push(service);
        return service;
    }

    @Override
    public void close() {
        // Services wait for their threads while they close, so an earlier interrupt is cleared.
        boolean interrupted = Thread.interrupted();
        while (!services.isEmpty()) {
            AutoCloseable service = services.pop();
            try {
                service.close();
            } catch (Exception e) {
                LOG.atError()
                        .addKeyValue("service", service.getClass().getSimpleName())
                        .setCause(e)
                        .log("service did not stop cleanly");
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
