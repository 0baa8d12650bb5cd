/**
 * The main class, {@link io.heritage.standalone.Heritage}. Behind it, in the order a start meets
 * them: {@code cli} (commands), {@code config} (one tree from file, environment and flags), {@code
 * logging}, {@code services} (broker, gateway, processor and sink, together or one by one); for
 * files {@code client} (a server's jobs) and {@code output} (results), {@code scratch} (temporary
 * files); {@code download} (model files).
 */
@NullMarked
package io.heritage.standalone;

import org.jspecify.annotations.NullMarked;
