/**
 * Single frames of inputs and outputs as pictures. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.frame.FramePictures}: makes a picture of a frame;
 *   <li>{@link io.heritage.sink.frame.FramePicture}: what it has made;
 *   <li>{@link io.heritage.sink.frame.FrameRefused}: why it has not;
 *   <li>{@link io.heritage.sink.frame.MediaCopies}: keeps media in files for a while, since a video
 *       cannot be decoded from a stream;
 *   <li>{@link io.heritage.sink.frame.MediaCopy}: one of them.
 * </ol>
 *
 * <p><b>Threads.</b> A few platform threads decode; requests wait for them. <b>What may fail.</b>
 * FFmpeg reads untrusted files, so it is limited in pixels, time and containers as in the
 * processor.
 */
@NullMarked
package io.heritage.sink.frame;

import org.jspecify.annotations.NullMarked;
