/**
 * Where log lines go. In the order a start meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.logging.StderrLogging}: in place before the first line:
 *       warnings to stderr;
 *   <li>{@link io.heritage.standalone.logging.InterruptedLoads}: keeps one line of Kafka's out;
 *   <li>{@link io.heritage.standalone.logging.LogLevels}: turns the log up;
 *   <li>{@link io.heritage.standalone.logging.LogConfig}: whether lines are text or JSON;
 *   <li>{@link io.heritage.standalone.logging.LogFormat}: applies that once the configuration is
 *       known;
 *   <li>{@link io.heritage.standalone.logging.JsonLines}: a line in JSON;
 *   <li>{@link io.heritage.standalone.logging.LogFile}: adds a file, which is renamed when it is
 *       large.
 * </ol>
 *
 * <p>Any thread logs; only main changes settings.
 */
@NullMarked
package io.heritage.standalone.logging;

import org.jspecify.annotations.NullMarked;
