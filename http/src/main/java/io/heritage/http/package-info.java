/**
 * What gateway and sink share of HTTP. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.http.ReaderContext}: a connection whose client is watched;
 *   <li>{@link io.heritage.http.HostNames}: which names mean this machine;
 *   <li>{@link io.heritage.http.InternalSecret}: shows a sink that a request comes from a gateway
 *       or another sink;
 *   <li>{@link io.heritage.http.Relay}: passes on the answer of another server.
 * </ol>
 */
@NullMarked
package io.heritage.http;

import org.jspecify.annotations.NullMarked;
