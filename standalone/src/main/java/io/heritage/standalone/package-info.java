/**
 * The main class, {@link io.heritage.standalone.Heritage}. Behind it, in the order a start meets
 * them: {@code cli} (commands), {@code config} (one tree from file, environment and flags), {@code
 * logging}, {@code parts} (broker, gateway, processor and sink, together or one by one), {@code
 * client} and {@code output} (the {@code interpolate} command).
 */
@NullMarked
package io.heritage.standalone;

import org.jspecify.annotations.NullMarked;
