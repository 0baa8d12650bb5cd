package io.heritage.transport;

import io.heritage.transport.queue.QueueSettings;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One {@link TestBroker} for all tests of the JVM that ask for it as a parameter. The topics of
 * media, events, commands and heartbeats are shared as well: such a test has endpoints, job ids and
 * workers of its own.
 */
public final class SharedBroker implements ParameterResolver {
    /**
     * Short enough to be waited for. An acknowledgement has a third of it, and a worker whose
     * machine stands still for longer loses its job: so it is not shorter.
     */
    public static final QueueSettings SHORT_LOCK =
            new QueueSettings(
                    Duration.ofSeconds(10),
                    3,
                    Duration.ofMillis(200),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(5));

    private static final String KEY = "broker";

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestBroker.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedBroker.class))
                .computeIfAbsent(KEY, _ -> TestBroker.start(), TestBroker.class);
    }
}
