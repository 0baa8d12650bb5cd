/**
 * HTTP code shared by gateway and sink. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.http.WatchedConnections}, {@code ReaderContext}: put a reader of one's
 *       own between socket and parser;
 *   <li>{@link io.heritage.http.ClientSocket}: reads ahead, to notice a client that hangs up;
 *   <li>{@link io.heritage.http.CloseIfAsked}: closes a connection after the answer where the
 *       client asks for it;
 *   <li>{@link io.heritage.http.HostNames}: which names mean this machine;
 *   <li>{@link io.heritage.http.InternalSecret}: shows a sink that a request comes from a gateway
 *       or another sink;
 *   <li>{@link io.heritage.http.Relay}: passes on the answer of another server ({@code
 *       SilenceWatch});
 *   <li>{@link io.heritage.http.UrlGuard}: which URLs of clients may be called;
 *   <li>{@link io.heritage.http.AddressedHttp}: calls one at the address that was checked ({@code
 *       AnswerBody}).
 * </ol>
 *
 * <p>Beside the path of a job, for operators: {@link io.heritage.http.AdminServer} is a port of its
 * own, set up by an {@link io.heritage.http.AdminConfig}, with {@link io.heritage.http.Probes} and
 * an {@link io.heritage.http.AdminPage}.
 */
@NullMarked
package io.heritage.http;

import org.jspecify.annotations.NullMarked;
