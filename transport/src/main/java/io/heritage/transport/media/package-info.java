/**
 * Bytes of any length as chunks in a topic. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.transport.media.MediaStore}: writes and reads media;
 *   <li>{@link io.heritage.transport.media.KafkaMediaStore}: the same on Kafka;
 *   <li>{@link io.heritage.transport.media.MeteredMediaStore}: counts what goes through it;
 *   <li>{@link io.heritage.transport.media.MediaRoom}: what may be written without loss;
 *   <li>{@link io.heritage.transport.media.KafkaMediaRoom}: the same, as Kafka tells it;
 *   <li>{@link io.heritage.transport.media.MediaTopics}: asks for their settings and ends;
 *   <li>{@link io.heritage.transport.media.WaitingJobs}: follows the queues;
 *   <li>{@link io.heritage.transport.media.QueuedMedia}: what unfinished jobs need;
 *   <li>{@link io.heritage.transport.media.LogDirs}: sizes and free space;
 *   <li>{@link io.heritage.transport.media.MediaQuotaReached}: jobs have to wait;
 *   <li>{@link io.heritage.transport.media.DiskFull}: a disk has no room;
 *   <li>{@link io.heritage.transport.media.UploadSlots}: chooses partitions;
 *   <li>{@link io.heritage.transport.media.MediaUpload}: the media of one job;
 *   <li>{@link io.heritage.transport.media.KafkaMediaUpload};
 *   <li>{@link io.heritage.transport.media.MediaPart}: one piece of them;
 *   <li>{@link io.heritage.transport.media.KafkaMediaPart};
 *   <li>{@link io.heritage.transport.media.ChunkFormat}: how a chunk is written;
 *   <li>{@link io.heritage.transport.media.ChunkSender}: hears of acknowledgements;
 *   <li>{@link io.heritage.transport.media.MediaReaders}: lends readers within one budget;
 *   <li>{@link io.heritage.transport.media.FetchBudget}: bytes that readers may hold;
 *   <li>{@link io.heritage.transport.media.ReaderPool}: readers that rest;
 *   <li>{@link io.heritage.transport.media.ChunkReader}: reads chunks of one partition;
 *   <li>{@link io.heritage.transport.media.ChunkInputStream}: the chunks of one piece as a stream;
 *   <li>{@link io.heritage.transport.media.JoinedInputStream}: pieces one after the other;
 *   <li>{@link io.heritage.transport.media.MediaLost}: chunks are gone.
 * </ol>
 */
@NullMarked
package io.heritage.transport.media;

import org.jspecify.annotations.NullMarked;
