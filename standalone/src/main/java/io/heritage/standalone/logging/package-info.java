/**
 * Where log lines go: {@link io.heritage.standalone.logging.StderrLogging} is in place before the
 * first line, {@link io.heritage.standalone.logging.LogLevels} turns it up, {@link
 * io.heritage.standalone.logging.LogFile} adds a file. A {@link
 * io.heritage.standalone.logging.LogConfig} says by {@link
 * io.heritage.standalone.logging.LogFormat} whether lines are text or {@link
 * io.heritage.standalone.logging.JsonLines}. {@link
 * io.heritage.standalone.logging.InterruptedLoads} keeps one line of Kafka's out. Any thread logs;
 * only main changes settings.
 */
@NullMarked
package io.heritage.standalone.logging;

import org.jspecify.annotations.NullMarked;
