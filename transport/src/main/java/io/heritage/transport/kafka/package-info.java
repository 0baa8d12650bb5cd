/**
 * Settings that all clients share. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.transport.kafka.KafkaConfig}: how a cluster is reached;
 *   <li>{@link io.heritage.transport.kafka.CanaryConfig}: a new version that is tried;
 *   <li>{@link io.heritage.transport.kafka.ClientSettings}: settings of producers, consumers and
 *       admin clients;
 *   <li>{@link io.heritage.transport.kafka.Topics}: names of the topics;
 *   <li>{@link io.heritage.transport.kafka.TransportUnavailable}: Kafka does not answer in time;
 *   <li>{@link io.heritage.transport.kafka.KafkaLogLevels}: what of the log of Kafka users need not
 *       see.
 * </ol>
 */
@NullMarked
package io.heritage.transport.kafka;

import org.jspecify.annotations.NullMarked;
