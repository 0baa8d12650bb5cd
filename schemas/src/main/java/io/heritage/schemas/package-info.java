/**
 * Messages and domain types, free of Kafka, HTTP and tensors. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.schemas.EndpointKind}, {@link io.heritage.schemas.EndpointId}, {@link
 *       io.heritage.schemas.JobId}: who is asked, and the id the client gets;
 *   <li>{@link io.heritage.schemas.MediaRef}, {@link io.heritage.schemas.Payload}: JSON whose media
 *       strings live elsewhere; {@link io.heritage.schemas.StoredMedia}: media that wait for a job;
 *   <li>{@link io.heritage.schemas.Job} with its {@link io.heritage.schemas.ExecutionPolicy} and
 *       {@link io.heritage.schemas.Lane}: the one record that makes a job exist; {@link
 *       io.heritage.schemas.UploadSecret} seals its {@link io.heritage.schemas.UploadTarget};
 *   <li>{@link io.heritage.schemas.InterpolateInput}, {@link io.heritage.schemas.RestoreInput}: the
 *       checked inputs of the two endpoints, with the {@link io.heritage.schemas.VideoRequest} or
 *       {@link io.heritage.schemas.RestoreRequest} in them; {@link
 *       io.heritage.schemas.InvalidInput} says what was wrong;
 *   <li>{@link io.heritage.schemas.PublishedModel}, its {@link io.heritage.schemas.PublishedFile}s
 *       and {@link io.heritage.schemas.RestoreNetwork}: the catalogue of models that inputs name;
 *   <li>{@link io.heritage.schemas.JobEvent}: what happens to a job; {@link
 *       io.heritage.schemas.Command}: what processors are told; {@link
 *       io.heritage.schemas.Control}: what operators have switched off;
 *   <li>{@link io.heritage.schemas.JobRecord} folds both into a {@link
 *       io.heritage.schemas.JobState}, which {@link io.heritage.schemas.ReplyFields} shows to
 *       clients;
 *   <li>{@link io.heritage.schemas.Division}: how a long video is cut into jobs that are each a
 *       {@link io.heritage.schemas.JobPart} of it; {@link io.heritage.schemas.PartNews} tells their
 *       parent of them;
 *   <li>{@link io.heritage.schemas.Batch}: that a job is a batch of others, or one of those;
 *   <li>{@link io.heritage.schemas.WorkerStatus}: heartbeat of a processor;
 *   <li>{@link io.heritage.schemas.SinkApi}: what a gateway may ask a sink.
 * </ol>
 *
 * All messages are JSON objects with a version field, see {@link io.heritage.schemas.Wire}. All
 * types are immutable and safe for use by any thread.
 *
 * <p>Beside these: {@code EndpointConfig}, {@code ErrorCode}, {@code FrameSize}, {@code
 * InputFields}, {@code NearestName}, {@code OutputFacts}, {@code ReplyShape}, {@code SampleDepth},
 * {@code WorkerId}.
 */
@NullMarked
package io.heritage.schemas;

import org.jspecify.annotations.NullMarked;
