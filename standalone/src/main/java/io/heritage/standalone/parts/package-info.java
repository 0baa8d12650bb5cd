/**
 * The parts a process can run. {@link io.heritage.standalone.parts.Standalone} is all of them with
 * the embedded broker; {@link io.heritage.standalone.parts.GatewayPart}, {@link
 * io.heritage.standalone.parts.ProcessorPart} and {@link io.heritage.standalone.parts.SinkPart} are
 * one each against an existing Kafka. What is running is an {@link
 * io.heritage.standalone.parts.OpenParts}, closed in reverse order. {@link
 * io.heritage.standalone.parts.CannotStart} says what is in the way.
 */
@NullMarked
package io.heritage.standalone.parts;

import org.jspecify.annotations.NullMarked;
