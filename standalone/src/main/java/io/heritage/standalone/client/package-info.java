/**
 * A client of a RunPod-compatible server. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.client.EndpointUrl}: what a user typed as a URL, completed;
 *   <li>{@link io.heritage.standalone.client.JobRequest}: a body, either an {@link
 *       io.heritage.standalone.client.InterpolationJob} or a {@link
 *       io.heritage.standalone.client.RestorationJob}, whose files {@link
 *       io.heritage.standalone.client.Base64File} encodes while they are sent;
 *   <li>{@link io.heritage.standalone.client.Server} knows its endpoints, {@link
 *       io.heritage.standalone.client.EndpointClient} the operations of one, both over {@link
 *       io.heritage.standalone.client.ServerCalls} (an {@code http} URL has {@link
 *       io.heritage.standalone.client.NoTls}) with {@link
 *       io.heritage.standalone.client.CallLimits}: what is sent is an {@link
 *       io.heritage.standalone.client.Upload}, what comes an {@link
 *       io.heritage.standalone.client.ArrivingBody};
 *   <li>{@link io.heritage.standalone.client.JobFilter} and {@link
 *       io.heritage.standalone.client.ListedJobs} for lists, {@link
 *       io.heritage.standalone.client.StoredOutput} for the media of a result, {@link
 *       io.heritage.standalone.client.JobEvents} for a {@link
 *       io.heritage.standalone.client.JobListener};
 *   <li>{@link io.heritage.standalone.client.ReplyReader}: hands media to a {@link
 *       io.heritage.standalone.client.FrameTarget} while a reply arrives; {@link
 *       io.heritage.standalone.client.ServerReply} is the rest of it;
 *   <li>{@link io.heritage.standalone.client.ServerRefused}: a server that answers with an error;
 *   <li>{@link io.heritage.standalone.client.ServerUnreachable}: one that does not answer.
 * </ol>
 *
 * <p>Plain blocking calls on the caller's thread.
 */
@NullMarked
package io.heritage.standalone.client;

import org.jspecify.annotations.NullMarked;
