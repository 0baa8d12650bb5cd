/**
 * A client of a RunPod-compatible server. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.client.EndpointUrl}: what a user typed as a URL, completed;
 *   <li>{@link io.heritage.standalone.client.JobRequest}: a body, either an {@link
 *       io.heritage.standalone.client.InterpolationJob} or a {@link
 *       io.heritage.standalone.client.RestorationJob}, whose files {@link
 *       io.heritage.standalone.client.Base64File} encodes while they are sent;
 *   <li>{@link io.heritage.standalone.client.EndpointClient}: submits, polls, cancels;
 *   <li>{@link io.heritage.standalone.client.ReplyReader}: hands media to a {@link
 *       io.heritage.standalone.client.FrameTarget} while a reply arrives; {@link
 *       io.heritage.standalone.client.ServerReply} is the rest of it.
 * </ol>
 *
 * Plain blocking calls on the caller's thread. {@link io.heritage.standalone.client.ServerRefused}
 * is a server that answers with an error, an {@code IOException} one that cannot be reached.
 */
@NullMarked
package io.heritage.standalone.client;

import org.jspecify.annotations.NullMarked;
