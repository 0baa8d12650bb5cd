/**
 * What {@code schemas} says, on Kafka. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.transport.KafkaTransport}: opens everything;
 *   <li>{@link io.heritage.transport.TopicSetup}: creates topics and sets up groups;
 *   <li>{@link io.heritage.transport.KafkaCheckup}: whether a cluster will do;
 *   <li>{@link io.heritage.transport.TopicLayout}: partitions and retention of each topic.
 * </ol>
 *
 * <p>Rooms: {@code kafka} settings of clients and names of topics, {@code broker} the embedded
 * broker, {@code media} bytes of any length as chunks, {@code queue} jobs as a share group, {@code
 * log} small records: events, commands, heartbeats.
 *
 * <p>Everything may be used by any number of threads, except that an upload and a stream belong to
 * one thread at a time and a queue to one worker. A queue runs one daemon thread a lane, a
 * subscription one.
 *
 * <p>What may fail: {@code TransportUnavailable} where Kafka does not answer in time, {@code
 * MediaLost} where chunks are gone. A claim may be lost at any time, which {@code ClaimedJob.held}
 * tells; the queue delivers at least once.
 */
@NullMarked
package io.heritage.transport;

import org.jspecify.annotations.NullMarked;
