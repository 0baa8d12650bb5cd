/**
 * A Kafka broker in this JVM. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.transport.broker.EmbeddedBrokerConfig}: where it keeps its data and
 *       listens;
 *   <li>{@link io.heritage.transport.broker.EmbeddedBroker}: starts and stops it;
 *   <li>{@link io.heritage.transport.broker.BrokerSettings}: settings of the broker;
 *   <li>{@link io.heritage.transport.broker.GuardedBroker}: stops it before its disk is full, and
 *       starts it again when there is room;
 *   <li>{@link io.heritage.transport.broker.DiskReserve}: room that is given back then;
 *   <li>{@link io.heritage.transport.broker.DataDirLock}: one process a data folder;
 *   <li>{@link io.heritage.transport.broker.EmbeddedBrokerMain}: a broker as a process of its own.
 * </ol>
 */
@NullMarked
package io.heritage.transport.broker;

import org.jspecify.annotations.NullMarked;
