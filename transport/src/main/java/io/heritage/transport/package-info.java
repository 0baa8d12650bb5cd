/**
 * What {@code schemas} says, on Kafka. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.transport.EmbeddedBroker} with its {@link
 *       io.heritage.transport.EmbeddedBrokerConfig}, or a cluster reached by a {@link
 *       io.heritage.transport.KafkaConfig};
 *   <li>{@link io.heritage.transport.KafkaTransport}: opens everything below; {@code TopicSetup}
 *       creates the {@link io.heritage.transport.Topics} by {@code TopicLayout} and sets up the
 *       groups by the {@link io.heritage.transport.QueueSettings};
 *   <li>{@link io.heritage.transport.MediaStore}, {@link io.heritage.transport.MediaUpload}, {@link
 *       io.heritage.transport.MediaPart}: bytes of any length as chunks ({@code ChunkFormat});
 *       {@code UploadSlots} chooses partitions, {@code ChunkSender} hears of acknowledgements,
 *       {@code ChunkInputStream} reads through a {@code ChunkReader} of the {@code ReaderPool}s in
 *       {@code MediaReaders};
 *   <li>{@link io.heritage.transport.JobLog}: the record that makes a job exist;
 *   <li>{@link io.heritage.transport.JobQueue}, {@link io.heritage.transport.ClaimedJob}: {@code
 *       LaneConsumer} talks to a share group, {@code LaneSchedule} decides which lane a worker is
 *       served from, {@code HeldJob} is where worker and lane meet;
 *   <li>{@link io.heritage.transport.EventLog}, {@link io.heritage.transport.CommandBus}, {@link
 *       io.heritage.transport.WorkerBoard}: small records without linger ({@code RecordProducer}),
 *       read by {@code TopicStretch} and {@code TopicTail}.
 * </ol>
 *
 * <p>Threads: everything may be used by any number of threads, except that an upload and a stream
 * belong to one thread at a time and a queue to one worker. A queue runs one daemon thread a lane,
 * a subscription one.
 *
 * <p>What may fail: {@link io.heritage.transport.TransportUnavailable} where Kafka does not answer
 * in time, {@link io.heritage.transport.MediaLost} where chunks are gone. A claim may be lost at
 * any time, which {@link io.heritage.transport.ClaimedJob#held} tells; the queue delivers at least
 * once.
 */
@NullMarked
package io.heritage.transport;

import org.jspecify.annotations.NullMarked;
