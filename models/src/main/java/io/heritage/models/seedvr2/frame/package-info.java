/**
 * Frames before and after the networks. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.models.seedvr2.frame.FrameGeometry}: sizes of input, network and output;
 *   <li>{@link io.heritage.models.seedvr2.frame.RgbClip}: frames in host memory;
 *   <li>{@link io.heritage.models.seedvr2.frame.FramePixels}: frames as input of a network, and
 *       back;
 *   <li>{@link io.heritage.models.seedvr2.frame.ColourFix}: gives the output the colours of the
 *       input;
 *   <li>{@link io.heritage.models.seedvr2.frame.AlphaEnlarger}: enlarges an alpha plane.
 * </ol>
 */
@NullMarked
package io.heritage.models.seedvr2.frame;

import org.jspecify.annotations.NullMarked;
