package io.heritage.standalone.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.Logger;

/** A rotating log file; the last five are kept. */
public final class LogFile implements AutoCloseable {
    private static final String SIZE = "10MB";
    private static final int KEPT = 5;

    private final RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();

    private LogFile(LoggerContext context, Path file, LogConfig config) {
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(LogFormat.encoder(context, config));
        var names = new FixedWindowRollingPolicy();
        names.setContext(context);
        names.setParent(appender);
        names.setFileNamePattern(file + ".%i");
        names.setMinIndex(1);
        names.setMaxIndex(KEPT);
        var size = new SizeBasedTriggeringPolicy<ILoggingEvent>();
        size.setContext(context);
        size.setMaxFileSize(FileSize.valueOf(SIZE));
        appender.setRollingPolicy(names);
        appender.setTriggeringPolicy(size);
        names.start();
        size.start();
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    /** Also writes everything logged from now on to the file; creates its folders. */
    public static LogFile open(Path file, LogConfig config) {
        return new LogFile(LogLevels.context(), file, config);
    }

    @Override
    public void close() {
        LogLevels.context().getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(appender);
        appender.stop();
    }
}
