/**
 * Where log lines go: {@link io.heritage.standalone.logging.StderrLogging} is in place before the
 * first line, {@link io.heritage.standalone.logging.LogLevels} turns it up, {@link
 * io.heritage.standalone.logging.LogFile} adds a file. Any thread logs; only main changes settings.
 */
@NullMarked
package io.heritage.standalone.logging;

import org.jspecify.annotations.NullMarked;
