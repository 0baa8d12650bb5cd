/**
 * Small records without linger. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.transport.log.RecordProducer}: writes them;
 *   <li>{@link io.heritage.transport.log.Sent}: one that is on its way;
 *   <li>{@link io.heritage.transport.log.JobLog}: the record that makes a job exist;
 *   <li>{@link io.heritage.transport.log.KafkaJobLog};
 *   <li>{@link io.heritage.transport.log.EventLog}: what happened to jobs;
 *   <li>{@link io.heritage.transport.log.KafkaEventLog};
 *   <li>{@link io.heritage.transport.log.EventListener}: hears it as it is written;
 *   <li>{@link io.heritage.transport.log.EventTail}: tells it;
 *   <li>{@link io.heritage.transport.log.CommandBus}: what all processors are told;
 *   <li>{@link io.heritage.transport.log.KafkaCommandBus};
 *   <li>{@link io.heritage.transport.log.WorkerBoard}: heartbeats of workers;
 *   <li>{@link io.heritage.transport.log.KafkaWorkerBoard};
 *   <li>{@link io.heritage.transport.log.ControlBoard}: endpoints that are paused, workers that are
 *       drained;
 *   <li>{@link io.heritage.transport.log.KafkaControlBoard};
 *   <li>{@link io.heritage.transport.log.Controls}: knows which those are now;
 *   <li>{@link io.heritage.transport.log.Subscription}: ends the reading of a topic;
 *   <li>{@link io.heritage.transport.log.TopicTail}: follows a topic;
 *   <li>{@link io.heritage.transport.log.BoundedTopicReader}: reads a topic from one offset to
 *       another.
 * </ol>
 */
@NullMarked
package io.heritage.transport.log;

import org.jspecify.annotations.NullMarked;
