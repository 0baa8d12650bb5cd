/**
 * Set-up of Kafka Streams. In the order they are met:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.streams.StreamsSettings}: its settings;
 *   <li>{@link io.heritage.sink.streams.RestartingStreams}: starts it, and anew when a thread has
 *       failed;
 *   <li>{@link io.heritage.sink.streams.PassBadRecords}: passes by what cannot be read.
 * </ol>
 */
@NullMarked
package io.heritage.sink.streams;

import org.jspecify.annotations.NullMarked;
