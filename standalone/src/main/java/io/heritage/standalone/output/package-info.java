/**
 * Where results go. {@link io.heritage.standalone.output.MediaNames} tells media by the ending of a
 * name. {@link io.heritage.standalone.output.PartialFile} checks a target before any work, with
 * {@link io.heritage.standalone.output.OutputRefused} as the reason against it, and is the file
 * beside the target that is moved there when it is complete; what is left is removed as a {@link
 * io.heritage.standalone.output.FileTree}. For frames {@link
 * io.heritage.standalone.output.FrameDownload} chooses between {@link
 * io.heritage.standalone.output.DownloadedFrames} and {@link
 * io.heritage.standalone.output.DownloadedVideo}. One thread at a time.
 */
@NullMarked
package io.heritage.standalone.output;

import org.jspecify.annotations.NullMarked;
