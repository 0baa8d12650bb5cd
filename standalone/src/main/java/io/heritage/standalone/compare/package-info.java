/**
 * Two pictures or videos beside each other. {@link io.heritage.standalone.compare.MediaFrames}
 * reads the frames of one, {@link io.heritage.standalone.compare.FrameQuality} tells how far a
 * frame is from another, {@link io.heritage.standalone.compare.Differences} in what they differ,
 * {@link io.heritage.standalone.compare.SplitPicture} draws both in one, and {@link
 * io.heritage.standalone.compare.Comparison} does so for all frames. One thread.
 */
@NullMarked
package io.heritage.standalone.compare;

import org.jspecify.annotations.NullMarked;
