/**
 * Messages and domain types, free of Kafka, HTTP and tensors. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.schemas.EndpointId}: an endpoint in the URL and in names of topics;
 *   <li>{@link io.heritage.schemas.EndpointKind}: what it offers: one of two services;
 *   <li>{@link io.heritage.schemas.EndpointConfig}: its engine, and limits of time for its jobs;
 *   <li>{@link io.heritage.schemas.JobId}: the id the client gets;
 *   <li>{@link io.heritage.schemas.StoredMedia}: media that wait for a job;
 *   <li>{@link io.heritage.schemas.MediaRef}: where a piece of media is, and what its bytes must
 *       turn out to be;
 *   <li>{@link io.heritage.schemas.Payload}: JSON whose media strings live elsewhere;
 *   <li>{@link io.heritage.schemas.ExecutionPolicy}: time limits of a job;
 *   <li>{@link io.heritage.schemas.Lane}: the queue of its endpoint that it waits in;
 *   <li>{@link io.heritage.schemas.ReplyShape}: the shape of a finished job's reply;
 *   <li>{@link io.heritage.schemas.UploadTarget}: a bucket for its results;
 *   <li>{@link io.heritage.schemas.UploadSecret}: seals the credentials of that bucket;
 *   <li>{@link io.heritage.schemas.InputFields}: reads the {@code input} of a request key by key;
 *   <li>{@link io.heritage.schemas.NearestName}: suggests what a mistyped name was meant to be;
 *   <li>{@link io.heritage.schemas.InvalidInput}: says what is wrong in a request;
 *   <li>{@link io.heritage.schemas.InterpolateInput}: the checked input of <i>interpolate</i>;
 *   <li>{@link io.heritage.schemas.VideoRequest}: the video it asks for;
 *   <li>{@link io.heritage.schemas.RestoreInput}: the checked input of <i>restore</i>;
 *   <li>{@link io.heritage.schemas.RestoreRequest}: how a picture or a video is to be restored;
 *   <li>{@link io.heritage.schemas.RestoreNetwork}: the networks that {@code model_type} names;
 *   <li>{@link io.heritage.schemas.PublishedModel}: the catalogue of models that inputs name;
 *   <li>{@link io.heritage.schemas.PublishedFile}: a file of such a model;
 *   <li>{@link io.heritage.schemas.Batch}: that a job is a batch of others, or one of those;
 *   <li>{@link io.heritage.schemas.Job}: the one record that makes a job exist;
 *   <li>{@link io.heritage.schemas.Wire}: all messages as JSON objects with a version field;
 *   <li>{@link io.heritage.schemas.WorkerId}: a processor;
 *   <li>{@link io.heritage.schemas.WorkerStatus}: its heartbeat;
 *   <li>{@link io.heritage.schemas.Control}: what operators have switched off;
 *   <li>{@link io.heritage.schemas.Command}: what processors are told;
 *   <li>{@link io.heritage.schemas.FrameSize}: width and height of a picture, frame or video;
 *   <li>{@link io.heritage.schemas.SampleDepth}: how many bits a sample of a frame has;
 *   <li>{@link io.heritage.schemas.Division}: how a long video is cut into jobs;
 *   <li>{@link io.heritage.schemas.JobPart}: which part of it a job does;
 *   <li>{@link io.heritage.schemas.PartNews}: where a part stands, for the job that was divided;
 *   <li>{@link io.heritage.schemas.OutputFacts}: facts for clients about a piece of media of the
 *       result;
 *   <li>{@link io.heritage.schemas.ErrorCode}: why a job failed, for programs;
 *   <li>{@link io.heritage.schemas.JobEvent}: what happens to a job;
 *   <li>{@link io.heritage.schemas.JobRecord}: folds submission and events;
 *   <li>{@link io.heritage.schemas.JobState}: where the job stands then;
 *   <li>{@link io.heritage.schemas.SinkApi}: what a gateway may ask a sink;
 *   <li>{@link io.heritage.schemas.ReplyFields}: a job as clients see it, field by field.
 * </ol>
 *
 * <p>All types are immutable and safe for use by any thread.
 */
@NullMarked
package io.heritage.schemas;

import org.jspecify.annotations.NullMarked;
