/**
 * A client of a RunPod-compatible server. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.client.EndpointUrl}: what a user typed as a URL, completed;
 *   <li>{@link io.heritage.standalone.client.Server}: a server with its endpoints;
 *   <li>{@link io.heritage.standalone.client.EndpointClient}: the operations of one endpoint;
 *   <li>{@link io.heritage.standalone.client.ServerCalls}: HTTP calls to the server;
 *   <li>{@link io.heritage.standalone.client.CallLimits}: how long these may take;
 *   <li>{@link io.heritage.standalone.client.NoTls}: the TLS of a client whose server has an {@code
 *       http} URL;
 *   <li>{@link io.heritage.standalone.client.JobRequest}: the body of a submission;
 *   <li>{@link io.heritage.standalone.client.InterpolationJob}: such a body: frames from a picture
 *       to another;
 *   <li>{@link io.heritage.standalone.client.RestorationJob}: such a body: a picture or a video to
 *       restore;
 *   <li>{@link io.heritage.standalone.client.Base64File}: encodes files while they are sent;
 *   <li>{@link io.heritage.standalone.client.Upload}: a body on its way to the server;
 *   <li>{@link io.heritage.standalone.client.ArrivingBody}: a reply on its way from it;
 *   <li>{@link io.heritage.standalone.client.JobFilter}: which jobs are listed;
 *   <li>{@link io.heritage.standalone.client.ListedJobs}: a page of them;
 *   <li>{@link io.heritage.standalone.client.JobEvents}: reads the events of a job;
 *   <li>{@link io.heritage.standalone.client.JobListener}: is told of them;
 *   <li>{@link io.heritage.standalone.client.ReplyReader}: reads a job's reply while it arrives;
 *   <li>{@link io.heritage.standalone.client.FrameTarget}: takes the media in it;
 *   <li>{@link io.heritage.standalone.client.ServerReply}: the rest of the reply;
 *   <li>{@link io.heritage.standalone.client.StoredOutput}: a piece of media of a result, which is
 *       fetched by itself;
 *   <li>{@link io.heritage.standalone.client.ServerRefused}: the server answers with an error;
 *   <li>{@link io.heritage.standalone.client.ServerUnreachable}: it does not answer.
 * </ol>
 *
 * <p>Plain blocking calls on the caller's thread.
 */
@NullMarked
package io.heritage.standalone.client;

import org.jspecify.annotations.NullMarked;
