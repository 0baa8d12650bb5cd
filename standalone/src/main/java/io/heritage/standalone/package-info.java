/**
 * The main class. Behind it, in the order a start meets them: {@code cli} (commands), {@code
 * config} (one tree from file, environment and flags), {@code logging}, {@code scratch} (folders of
 * this user), {@code services} (broker, gateway, processor and sink, together or one by one); for
 * files {@code client} (a server's jobs), {@code output} (results), {@code progress} and {@code
 * compare}; for an installation {@code download} (model files), {@code gpu} (libtorch for CUDA) and
 * {@code doctor}.
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.Heritage}: runs the command that is typed.
 * </ol>
 */
@NullMarked
package io.heritage.standalone;

import org.jspecify.annotations.NullMarked;
