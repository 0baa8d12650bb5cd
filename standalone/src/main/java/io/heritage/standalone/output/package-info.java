/**
 * Where results go. In the order a result meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.output.MediaNames}: tells pictures and videos by the ending
 *       of a name;
 *   <li>{@link io.heritage.standalone.output.PartialFile}: checks the target before any work, and
 *       is the file beside it until it is complete;
 *   <li>{@link io.heritage.standalone.output.OutputRefused}: the reason against a target;
 *   <li>{@link io.heritage.standalone.output.FrameDownload}: takes the frames of a result in order;
 *   <li>{@link io.heritage.standalone.output.DownloadedFrames}: writes them as numbered PNG files;
 *   <li>{@link io.heritage.standalone.output.DownloadedVideo}: writes them as a video;
 *   <li>{@link io.heritage.standalone.output.FileTree}: removes what is left of an unfinished
 *       result.
 * </ol>
 *
 * <p>One thread at a time.
 */
@NullMarked
package io.heritage.standalone.output;

import org.jspecify.annotations.NullMarked;
