/**
 * Frames between images, by Wan2.2 and RIFE. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.interpolate.EngineLoader}: brings RIFE into memory at start;
 *   <li>{@link io.heritage.processor.interpolate.RifeHolder}: holds RIFE, or why it could not be
 *       loaded;
 *   <li>{@link io.heritage.processor.interpolate.RifeEngine}: RIFE as an interpolator of frames;
 *   <li>{@link io.heritage.processor.interpolate.DeepRifePair}: two neighbours of 16 bit samples;
 *   <li>{@link io.heritage.processor.interpolate.FrameInterpolator}: what a network between two
 *       frames does;
 *   <li>{@link io.heritage.processor.interpolate.InterpolateHandler}: answers a job;
 *   <li>{@link io.heritage.processor.interpolate.InputImages}: fetches pictures;
 *   <li>{@link io.heritage.processor.interpolate.Picture}: one picture, decoded when it is needed;
 *   <li>{@link io.heritage.processor.interpolate.PicturePair}: two pictures of one size;
 *   <li>{@link io.heritage.processor.interpolate.Keyframes}: the first and last frame that Wan2.2
 *       starts from;
 *   <li>{@link io.heritage.processor.interpolate.InterpolateImages}: computes the frames between a
 *       pair;
 *   <li>{@link io.heritage.processor.interpolate.WanModels}: loads Wan2.2 when it is first asked
 *       for;
 *   <li>{@link io.heritage.processor.interpolate.WanEngine}: Wan2.2, resident;
 *   <li>{@link io.heritage.processor.interpolate.WanProgress}: tells how far it is;
 *   <li>{@link io.heritage.processor.interpolate.InterpolateOutput}: the answer;
 *   <li>{@link io.heritage.processor.interpolate.InstalledWeights}: name and origin of weights;
 *   <li>{@link io.heritage.processor.interpolate.FileHashes}: SHA-256 of model files;
 *   <li>{@link io.heritage.processor.interpolate.StillsRequest}: frames between two images on the
 *       command line;
 *   <li>{@link io.heritage.processor.interpolate.RateRequest}: how a frame rate is raised;
 *   <li>{@link io.heritage.processor.interpolate.RaiseFrameRate}: frames between those of a video;
 *   <li>{@link io.heritage.processor.interpolate.VideoSummary}: what is said of such a video;
 *   <li>{@link io.heritage.processor.interpolate.LocalInterpolation}: RIFE without Kafka;
 *   <li>{@link io.heritage.processor.interpolate.LocalWan}: Wan2.2 without Kafka.
 * </ol>
 */
@NullMarked
package io.heritage.processor.interpolate;

import org.jspecify.annotations.NullMarked;
