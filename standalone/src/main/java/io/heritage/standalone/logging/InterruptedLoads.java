package io.heritage.standalone.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Drops a harmless error of the embedded broker from the log. After a kill its first election is
 * followed by a second one, which interrupts the loading of each coordinator's partition; it is
 * loaded again at once.
 */
final class InterruptedLoads extends TurboFilter {
    static final String LOGGER = "org.apache.kafka.coordinator.common.runtime.CoordinatorRuntime";

    private static final String SECOND_ELECTION =
            "org.apache.kafka.common.errors.NotLeaderOrFollowerException";

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] parameters,
            @Nullable Throwable thrown) {
        Stream<Object> told =
                Stream.concat(
                        Stream.<Object>ofNullable(thrown),
                        parameters == null ? Stream.empty() : Arrays.stream(parameters));
        boolean denied =
                level == Level.ERROR
                        && logger.getName().equals(LOGGER)
                        && told.anyMatch(one -> one.getClass().getName().equals(SECOND_ELECTION));
        return denied ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
