/**
 * Where the frames of {@code interpolate} go: {@link io.heritage.standalone.output.FrameOutput}
 * chooses between {@link io.heritage.standalone.output.PngFolder} and {@link
 * io.heritage.standalone.output.VideoFile}. Both write beside the target and move when everything
 * is there, see {@link io.heritage.standalone.output.PartialFile}: what has its name is complete.
 * One thread at a time; {@link io.heritage.standalone.output.OutputRefused} says why a target
 * cannot be written.
 *
 * <p>Beside these: {@code FileTree}.
 */
@NullMarked
package io.heritage.standalone.output;

import org.jspecify.annotations.NullMarked;
