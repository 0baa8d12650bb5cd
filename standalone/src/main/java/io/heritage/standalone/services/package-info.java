/**
 * The parts a process can run. {@link io.heritage.standalone.services.Standalone} is all of them
 * with the embedded broker; {@link io.heritage.standalone.services.GatewayService}, {@link
 * io.heritage.standalone.services.ProcessorService} and {@link
 * io.heritage.standalone.services.SinkService} are one each against an existing Kafka. What is
 * running is an {@link io.heritage.standalone.services.OpenServices}, closed in reverse order.
 * {@link io.heritage.standalone.services.CannotStart} says what is in the way.
 *
 * <p>Beside these: {@code Service}.
 */
@NullMarked
package io.heritage.standalone.services;

import org.jspecify.annotations.NullMarked;
