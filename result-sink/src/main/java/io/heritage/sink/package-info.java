/**
 * Answers for jobs: what became of them, and their results. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.Sink} is the door, {@code SinkParts} its parts list, {@link
 *       io.heritage.sink.SinkConfig} and {@code StreamsSettings} its settings;
 *   <li>{@code JobTopology} brings submissions and events together as {@code Fact}s; what cannot be
 *       read is passed by in {@link io.heritage.sink.PassBadRecords};
 *   <li>{@code JobProcessor} folds them into {@code TrackedJob}s, kept in {@code JobStates} with
 *       the parts of their results ({@code PartsProgress} says how far those have come), an index
 *       by deadline and {@code JobCounters}; what it has to say leaves as {@code Outgoing};
 *   <li>{@code JobRules} decides what time does to a job, from {@code WorkerRoster} (who is alive)
 *       and {@code QueueProgress} (how far queues have come);
 *   <li>{@code Waiters} wakes requests that wait for a job; {@code JobDirectory} finds it, here or
 *       at another sink, which {@code SinkPeers} asks;
 *   <li>{@code SinkServer} answers gateways ({@link io.heritage.schemas.SinkApi}), {@code
 *       EndpointHealth} with {@code KafkaProbe} and {@code QueuePurge} for endpoints; {@code
 *       StreamTurns} lets one caller at a time be given a job's next {@code JobParts};
 *   <li>{@code JobReply} lays out a reply as {@code ReplyBody}, {@code Replies} writes it, with
 *       {@code LastByteLast} where it has an effect; {@code ReplyStream} puts in the media, which
 *       {@code MediaReadAhead} reads from a {@code MediaSource};
 *   <li>{@code WebhookCall}, over HTTP {@code HttpWebhooks} with {@code WebhookTarget}, tells the
 *       client's server; how far that has come is the job's {@code WebhookState}.
 * </ol>
 *
 * Threads: stream threads fold and never wait for anything but Kafka Streams itself; every request,
 * every webhook and every piece of media being read has a virtual thread of its own. What may fail:
 * Kafka (requests are answered 503 with {@code Retry-After}, the fold goes on where it was), media
 * past their retention (404, or a reply that is cut), a peer or a webhook's receiver (tried again).
 */
@NullMarked
package io.heritage.sink;

import org.jspecify.annotations.NullMarked;
