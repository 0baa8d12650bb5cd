/**
 * Restoration of video and images by SeedVR2. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.restore.RestoreHandler}: answers a job;
 *   <li>{@link io.heritage.processor.restore.RestoreRequest}: what it asks for;
 *   <li>{@link io.heritage.processor.restore.RestoreMedia}: fetches what is to be restored;
 *   <li>{@link io.heritage.processor.restore.RestoreModels}: keeps the networks resident;
 *   <li>{@link io.heritage.processor.restore.AssistingDevice}: a further device with a copy of a
 *       network;
 *   <li>{@link io.heritage.processor.restore.ReplicatedModel}: a network on as many devices as the
 *       job asks for;
 *   <li>{@link io.heritage.processor.restore.MemoryBudget}: memory that the job may take;
 *   <li>{@link io.heritage.processor.restore.RestorePlan}: how a file is cut to fit into it;
 *   <li>{@link io.heritage.processor.restore.Restoration}: leads a file through the network;
 *   <li>{@link io.heritage.processor.restore.SceneFrames}: ends a chunk at a cut between scenes;
 *   <li>{@link io.heritage.processor.restore.RestoreSummary}: what is said of the result;
 *   <li>{@link io.heritage.processor.restore.LocalRestoration}: the same without Kafka, for the
 *       command line.
 * </ol>
 */
@NullMarked
package io.heritage.processor.restore;

import org.jspecify.annotations.NullMarked;
