/**
 * Restoration of video and images by SeedVR2. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.restore.RestoreHandler}: answers a job;
 *   <li>{@link io.heritage.processor.restore.RestoreMedia}: the image or video to restore, fetched
 *       into a file;
 *   <li>{@link io.heritage.processor.restore.RestoreModels}: the models that clients name;
 *   <li>{@link io.heritage.processor.restore.RestoreWeights}: a variant in one precision;
 *   <li>{@link io.heritage.processor.restore.RestoreResidency}: which of them are in memory;
 *   <li>{@link io.heritage.processor.restore.RestoreLoader}: loads one and evicts others for it;
 *   <li>{@link io.heritage.processor.restore.AssistingDevices}: the devices beside the leading one;
 *   <li>{@link io.heritage.processor.restore.AssistingDevice}: one of them, with its copies;
 *   <li>{@link io.heritage.processor.restore.ReplicatedModel}: a model on all devices of a job;
 *   <li>{@link io.heritage.processor.restore.NetworkRun}: the model as one request wants it run;
 *   <li>{@link io.heritage.processor.restore.MemoryBudget}: memory that a job may take;
 *   <li>{@link io.heritage.processor.restore.RestorePlan}: chunks and options that fit into it;
 *   <li>{@link io.heritage.processor.restore.ImageRestoration}: an image in, a PNG out;
 *   <li>{@link io.heritage.processor.restore.VideoRestoration}: a video in, a video out;
 *   <li>{@link io.heritage.processor.restore.VideoDivision}: how a long video is cut for several
 *       workers;
 *   <li>{@link io.heritage.processor.restore.SegmentRestoration}: one of its segments;
 *   <li>{@link io.heritage.processor.restore.SegmentJoin}: the video made of them;
 *   <li>{@link io.heritage.processor.restore.SceneFrames}: its frames, scene by scene;
 *   <li>{@link io.heritage.processor.restore.RestoredFrames}: encodes what was made of them;
 *   <li>{@link io.heritage.processor.restore.RestoreSummary}: what is reported of the result;
 *   <li>{@link io.heritage.processor.restore.LocalRestoration}: the same without Kafka, for the
 *       command line.
 * </ol>
 */
@NullMarked
package io.heritage.processor.restore;

import org.jspecify.annotations.NullMarked;
