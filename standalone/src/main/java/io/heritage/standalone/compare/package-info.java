/**
 * Two pictures or videos beside each other. In the order a comparison meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.compare.Comparison}: compares two files, frame after frame;
 *   <li>{@link io.heritage.standalone.compare.MediaFrames}: the frames of one of them;
 *   <li>{@link io.heritage.standalone.compare.FrameQuality}: how far a frame is from another;
 *   <li>{@link io.heritage.standalone.compare.Differences}: in what the two files differ;
 *   <li>{@link io.heritage.standalone.compare.SplitPicture}: draws both frames in one picture.
 * </ol>
 *
 * <p>One thread.
 */
@NullMarked
package io.heritage.standalone.compare;

import org.jspecify.annotations.NullMarked;
