/**
 * Every port on the heap, for tests in which Kafka is not the point; held to the same contracts as
 * the ports on Kafka. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.transport.memory.MemoryTransport}: all of them, as {@code
 *       KafkaTransport} gives them;
 *   <li>{@link io.heritage.transport.memory.MemoryMediaStore};
 *   <li>{@link io.heritage.transport.memory.MemoryJobs}: submitted jobs and their queues;
 *   <li>{@link io.heritage.transport.memory.MemoryJobQueue};
 *   <li>{@link io.heritage.transport.memory.MemoryEventLog};
 *   <li>{@link io.heritage.transport.memory.MemoryCommandBus};
 *   <li>{@link io.heritage.transport.memory.MemoryWorkerBoard};
 *   <li>{@link io.heritage.transport.memory.Listeners}.
 * </ol>
 */
@NullMarked
package io.heritage.transport.memory;

import org.jspecify.annotations.NullMarked;
