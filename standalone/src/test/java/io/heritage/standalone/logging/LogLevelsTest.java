package io.heritage.standalone.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which lines are seen where; a job's are of level INFO. */
class LogLevelsTest {
    private final LoggerContext context = LogLevels.context();
    private final Logger heritage = context.getLogger("io.heritage");
    private final Logger jobs = context.getLogger("io.heritage.processor.job.LogLevelsTest");
    private final Appender<ILoggingEvent> stderr =
            context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(StderrLogging.APPENDER);
    private final @Nullable Level before = heritage.getLevel();
    private final List<Filter<ILoggingEvent>> filters = stderr.getCopyOfAttachedFiltersList();

    @AfterEach
    void restore() {
        heritage.setLevel(before);
        stderr.clearAllFilters();
        filters.forEach(stderr::addFilter);
    }

    private boolean isOnStderr(Level level) {
        var line = new LoggingEvent("", jobs, level, "", null, null);
        return jobs.isEnabledFor(level) && stderr.getFilterChainDecision(line) != FilterReply.DENY;
    }

    @Test
    void aServiceTellsOfItsJobsWithoutVerbose() {
        LogLevels.SERVICE.unlessVerbose(false, Map.of()).apply();
        assertThat(isOnStderr(Level.INFO)).isTrue();
        assertThat(isOnStderr(Level.DEBUG)).isFalse();
    }

    @Test
    void aServiceWithAFileTellsOfItsJobsThereAndWarnsOnStderr() {
        LogLevels.SERVICE_WITH_FILE.unlessVerbose(false, Map.of()).apply();
        assertThat(jobs.isEnabledFor(Level.INFO)).isTrue();
        assertThat(isOnStderr(Level.INFO)).isFalse();
        assertThat(isOnStderr(Level.WARN)).isTrue();
    }

    @Test
    void aCommandThatEndsOnlyWarns() {
        LogLevels.WARNINGS.unlessVerbose(false, Map.of()).apply();
        assertThat(jobs.isEnabledFor(Level.INFO)).isFalse();
        assertThat(isOnStderr(Level.WARN)).isTrue();
    }

    @Test
    void verboseTellsMore() {
        LogLevels.WARNINGS.unlessVerbose(true, Map.of()).apply();
        assertThat(isOnStderr(Level.DEBUG)).isTrue();
        LogLevels.SERVICE.apply();
        LogLevels.SERVICE.unlessVerbose(false, Map.of("RUNPOD_DEBUG", "1")).apply();
        assertThat(isOnStderr(Level.DEBUG)).isTrue();
    }
}
