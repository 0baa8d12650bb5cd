/**
 * HTTP code shared by gateway and sink. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.http.WatchedConnections}: puts a reader of one's own between socket and
 *       parser;
 *   <li>{@link io.heritage.http.ReaderContext}: a connection whose bytes come from that reader;
 *   <li>{@link io.heritage.http.ClientSocket}: reads ahead, to notice a client that hangs up;
 *   <li>{@link io.heritage.http.CloseIfAsked}: closes a connection after the answer where the
 *       client asks for it;
 *   <li>{@link io.heritage.http.HostNames}: which names mean this machine;
 *   <li>{@link io.heritage.http.InternalSecret}: shows a sink that a request comes from a gateway
 *       or another sink;
 *   <li>{@link io.heritage.http.Relay}: passes on the answer of another server;
 *   <li>{@link io.heritage.http.SilenceWatch}: closes a stream that has delivered nothing for too
 *       long;
 *   <li>{@link io.heritage.http.UrlGuard}: which URLs of clients may be called;
 *   <li>{@link io.heritage.http.AddressedHttp}: calls one at the address that was checked;
 *   <li>{@link io.heritage.http.AnswerBody}: the body of the answer;
 *   <li>{@link io.heritage.http.AdminConfig}: the port for operators, beside the path of a job;
 *   <li>{@link io.heritage.http.AdminServer}: answers there;
 *   <li>{@link io.heritage.http.Probes}: whether the process lives, has started and takes work;
 *   <li>{@link io.heritage.http.AdminPage}: answers a further path of that port.
 * </ol>
 */
@NullMarked
package io.heritage.http;

import org.jspecify.annotations.NullMarked;
