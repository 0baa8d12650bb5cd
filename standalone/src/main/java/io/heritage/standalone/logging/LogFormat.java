package io.heritage.standalone.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.Logger;

/** Applies {@link LogConfig} to stderr once the configuration is known. */
public final class LogFormat {
    private LogFormat() {}

    /** Sets the format of lines to stderr; earlier lines were text. */
    public static void apply(LogConfig config) {
        LoggerContext context = LogLevels.context();
        var appender =
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(StderrLogging.APPENDER);
        if (appender instanceof ConsoleAppender<ILoggingEvent> console) {
            console.setEncoder(encoder(context, config));
        }
    }

    static Encoder<ILoggingEvent> encoder(LoggerContext context, LogConfig config) {
        return switch (config.format()) {
            case TEXT -> StderrLogging.encoder(context);
            case JSON -> {
                var lines = new JsonLines();
                lines.setContext(context);
                lines.start();
                yield lines;
            }
        };
    }
}
