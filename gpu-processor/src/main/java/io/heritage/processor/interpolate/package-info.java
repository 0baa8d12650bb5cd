/**
 * Frames between images, by Wan2.2 and RIFE. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.interpolate.RifeHolder}: RIFE, loaded once when the processor
 *       starts;
 *   <li>{@link io.heritage.processor.interpolate.EngineLoader}: loads it;
 *   <li>{@link io.heritage.processor.interpolate.FrameInterpolator}: a network between two frames;
 *   <li>{@link io.heritage.processor.interpolate.RifeEngine}: RIFE as such a network;
 *   <li>{@link io.heritage.processor.interpolate.DeepRifePair}: two neighbours of 16 bit samples;
 *   <li>{@link io.heritage.processor.interpolate.InstalledWeights}: name and origin of its weights;
 *   <li>{@link io.heritage.processor.interpolate.InterpolateHandler}: answers a job;
 *   <li>{@link io.heritage.processor.interpolate.InputImages}: the images of a job;
 *   <li>{@link io.heritage.processor.interpolate.Picture}: one of them, not decoded yet;
 *   <li>{@link io.heritage.processor.interpolate.PicturePair}: two of them in one size;
 *   <li>{@link io.heritage.processor.interpolate.InterpolateImages}: RIFE's frames between a pair;
 *   <li>{@link io.heritage.processor.interpolate.Keyframes}: the first and last frame of a video by
 *       Wan2.2;
 *   <li>{@link io.heritage.processor.interpolate.WanModels}: loads Wan2.2 when it is first needed;
 *   <li>{@link io.heritage.processor.interpolate.WanEngine}: Wan2.2, resident;
 *   <li>{@link io.heritage.processor.interpolate.WanProgress}: reports how far its video is;
 *   <li>{@link io.heritage.processor.interpolate.FileHashes}: SHA-256 of its files;
 *   <li>{@link io.heritage.processor.interpolate.InterpolateOutput}: the output of the job;
 *   <li>{@link io.heritage.processor.interpolate.LocalInterpolation}: RIFE without Kafka, for the
 *       command line;
 *   <li>{@link io.heritage.processor.interpolate.StillsRequest}: frames between two image files;
 *   <li>{@link io.heritage.processor.interpolate.RateRequest}: how a frame rate is raised;
 *   <li>{@link io.heritage.processor.interpolate.RaiseFrameRate}: frames between those of a video;
 *   <li>{@link io.heritage.processor.interpolate.NeighboursAhead}: these, decoded on a thread of
 *       their own;
 *   <li>{@link io.heritage.processor.interpolate.VideoSummary}: facts about a video that was made;
 *   <li>{@link io.heritage.processor.interpolate.LocalWan}: Wan2.2 without Kafka.
 * </ol>
 */
@NullMarked
package io.heritage.processor.interpolate;

import org.jspecify.annotations.NullMarked;
