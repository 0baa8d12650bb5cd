/**
 * Frames in and out beside the computation. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.output.EncoderStart}: whether CPU or GPU encode videos;
 *   <li>{@link io.heritage.processor.output.EncoderUnavailable}: a GPU that was demanded cannot;
 *   <li>{@link io.heritage.processor.output.FrameOutput}: takes finished frames;
 *   <li>{@link io.heritage.processor.output.DecodeAhead}: decodes a video on its own thread;
 *   <li>{@link io.heritage.processor.output.EncodeBehind}: encodes a video on its own thread;
 *   <li>{@link io.heritage.processor.output.Futures}: waits for work on another thread;
 *   <li>{@link io.heritage.processor.output.VideoNotes}: what is told of how a video was read;
 *   <li>{@link io.heritage.processor.output.ResultEncoding}: how a result is encoded;
 *   <li>{@link io.heritage.processor.output.ResultMedia}: a result that is stored as media;
 *   <li>{@link io.heritage.processor.output.ResultFrames}: frames as PNG parts of a result;
 *   <li>{@link io.heritage.processor.output.PngThreads}: how many threads compress them;
 *   <li>{@link io.heritage.processor.output.ResultVideo}: frames as a video;
 *   <li>{@link io.heritage.processor.output.LimitedOutput}: refuses a result that is too large;
 *   <li>{@link io.heritage.processor.output.FrameFile}: frames as files of the command line;
 *   <li>{@link io.heritage.processor.output.PngFolder}: a folder of PNG files;
 *   <li>{@link io.heritage.processor.output.VideoFile}: a video file.
 * </ol>
 */
@NullMarked
package io.heritage.processor.output;

import org.jspecify.annotations.NullMarked;
