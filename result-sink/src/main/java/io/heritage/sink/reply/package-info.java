/**
 * Writes replies with media in them. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.reply.JobReply}: lays out the reply of a job;
 *   <li>{@link io.heritage.sink.reply.OutputView}: its output with media once or as links;
 *   <li>{@link io.heritage.sink.reply.OutputLinks}: where media are had as files;
 *   <li>{@link io.heritage.sink.reply.OutputFile}: one of them;
 *   <li>{@link io.heritage.sink.reply.FileRange}: the stretch of it that is asked for;
 *   <li>{@link io.heritage.sink.reply.ReplyBody}: JSON with media by reference;
 *   <li>{@link io.heritage.sink.reply.Answer}: what a request is answered;
 *   <li>{@link io.heritage.sink.reply.Replies}: writes it;
 *   <li>{@link io.heritage.sink.reply.FileReplies}: the part of it for files;
 *   <li>{@link io.heritage.sink.reply.ReplySlots}: how many are sent at the same time;
 *   <li>{@link io.heritage.sink.reply.ReaderPace}: cuts off readers that are too slow;
 *   <li>{@link io.heritage.sink.reply.HoldLastByteStream}: keeps back the last byte until an effect
 *       is durable;
 *   <li>{@link io.heritage.sink.reply.ReplyStream}: puts in the media;
 *   <li>{@link io.heritage.sink.reply.MediaReadAhead}: reads them ahead;
 *   <li>{@link io.heritage.sink.reply.MediaSource}: where they are read from.
 * </ol>
 */
@NullMarked
package io.heritage.sink.reply;

import org.jspecify.annotations.NullMarked;
