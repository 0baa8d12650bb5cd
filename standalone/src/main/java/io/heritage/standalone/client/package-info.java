/**
 * A client of a RunPod-compatible server. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.client.EndpointUrl}: what a user typed as a URL, made whole;
 *   <li>{@link io.heritage.standalone.client.InterpolationRequest}: the body, whose pictures {@link
 *       io.heritage.standalone.client.Base64File} encodes while they are sent;
 *   <li>{@link io.heritage.standalone.client.EndpointClient}: submits, polls, cancels;
 *   <li>{@link io.heritage.standalone.client.JobReply}: what a poll said; {@link
 *       io.heritage.standalone.client.ReplyReader} hands frames on while the reply arrives.
 * </ol>
 *
 * Plain blocking calls on the caller's thread. {@link io.heritage.standalone.client.ServerRefused}
 * is a server that answers and does not want, an {@code IOException} one that cannot be talked to.
 *
 * <p>Beside these: {@code JobRequest}, {@code PngTarget}, {@code RestorationRequest}.
 */
@NullMarked
package io.heritage.standalone.client;

import org.jspecify.annotations.NullMarked;
