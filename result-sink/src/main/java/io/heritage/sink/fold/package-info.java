/**
 * Folds submissions and events into one state per job with Kafka Streams. In the order a job meets
 * them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.fold.StreamsSettings}: settings of Kafka Streams;
 *   <li>{@link io.heritage.sink.fold.JobTopology}: brings submissions and events together;
 *   <li>{@link io.heritage.sink.fold.Fact}: one of either;
 *   <li>{@link io.heritage.sink.fold.PassBadRecords}: passes by what cannot be read;
 *   <li>{@link io.heritage.sink.fold.JobProcessor}: folds them;
 *   <li>{@link io.heritage.sink.fold.TrackedJob}: the state of one job;
 *   <li>{@link io.heritage.sink.fold.JobStore}: where states are kept;
 *   <li>{@link io.heritage.sink.fold.ResultParts}: the parts of a result;
 *   <li>{@link io.heritage.sink.fold.PartsProgress}: how far those have come;
 *   <li>{@link io.heritage.sink.fold.JobCounters}: jobs of an endpoint by state;
 *   <li>{@link io.heritage.sink.fold.JobRules}: what time does to a job;
 *   <li>{@link io.heritage.sink.fold.WorkerRoster}: which workers are alive;
 *   <li>{@link io.heritage.sink.fold.QueueProgress}: how far queues have come;
 *   <li>{@link io.heritage.sink.fold.WebhookState}: how far the call of a webhook has come;
 *   <li>{@link io.heritage.sink.fold.WebhookCall}: makes it;
 *   <li>{@link io.heritage.sink.fold.Outgoing}: what the fold has to say;
 *   <li>{@link io.heritage.sink.fold.Waiters}: wakes requests that wait for a job;
 *   <li>{@link io.heritage.sink.fold.JobDirectory}: finds a job, here or at another sink.
 * </ol>
 */
@NullMarked
package io.heritage.sink.fold;

import org.jspecify.annotations.NullMarked;
