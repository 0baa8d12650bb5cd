/**
 * Settings of a sink. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.config.SinkConfig}.
 * </ol>
 */
@NullMarked
package io.heritage.sink.config;

import org.jspecify.annotations.NullMarked;
