package io.heritage.standalone.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import io.heritage.transport.kafka.KafkaLogLevels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Verbosity of the log. */
public enum LogLevels {
    /** Warnings, for client commands. */
    WARNINGS(Level.WARN, Level.WARN),
    /** Everything to the log file, warnings also to stderr. */
    SERVICE_WITH_FILE(Level.INFO, Level.WARN),
    /** Everything to stderr. */
    SERVICE(Level.INFO, Level.INFO),
    VERBOSE(Level.DEBUG, Level.DEBUG);

    /** Helidon logs through java.util.logging, which forgets the level of a logger nobody holds. */
    private static final java.util.logging.Logger HELIDON =
            java.util.logging.Logger.getLogger("io.helidon");

    private final String heritage;
    private final String stderr;

    LogLevels(Level heritage, Level stderr) {
        this.heritage = heritage.levelStr;
        this.stderr = stderr.levelStr;
    }

    /** {@code VERBOSE} if asked for by {@code --verbose} or by {@code RUNPOD_DEBUG=1}. */
    public LogLevels unlessVerbose(boolean verbose, java.util.Map<String, String> environment) {
        return verbose || "1".equals(environment.get("RUNPOD_DEBUG")) ? VERBOSE : this;
    }

    public void apply() {
        LoggerContext context = context();
        context.getLogger("io.heritage").setLevel(Level.toLevel(heritage));
        var appender =
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(StderrLogging.APPENDER);
        if (appender != null) {
            var threshold = new ThresholdFilter();
            threshold.setLevel(stderr);
            threshold.start();
            appender.clearAllFilters();
            appender.addFilter(threshold);
        }
    }

    /** Libraries that log at every start. */
    static void quietLibraries(LoggerContext context) {
        KafkaLogLevels.QUIET.forEach(
                (logger, level) -> context.getLogger(logger).setLevel(Level.toLevel(level)));
        // Advice about Kafka 5, and about state below /tmp, which may be intended.
        context.getLogger("org.apache.kafka.streams.StreamsConfig").setLevel(Level.ERROR);
        context.getLogger("org.apache.kafka.streams.processor.internals.StateDirectory")
                .setLevel(Level.ERROR);
        context.addTurboFilter(new InterruptedLoads());
        HELIDON.setLevel(java.util.logging.Level.WARNING);
    }

    static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
