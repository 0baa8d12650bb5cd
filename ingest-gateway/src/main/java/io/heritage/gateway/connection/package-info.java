/**
 * The connection of a client, from the socket to the parser and back. In the order a request meets
 * them:
 *
 * <ol>
 *   <li>{@link io.heritage.gateway.connection.GatewayTls}: files of the certificate and key for
 *       HTTPS;
 *   <li>{@link io.heritage.gateway.connection.CertificateFiles}: reads them, again when they
 *       change;
 *   <li>{@link io.heritage.gateway.connection.ClientConnections}: puts the next four between socket
 *       and parser;
 *   <li>{@link io.heritage.gateway.connection.ClientConnection}: the bytes a client sends; a read
 *       that takes too long is ended;
 *   <li>{@link io.heritage.gateway.connection.StreamResets}: which streams a client of HTTP/2 gives
 *       up;
 *   <li>{@link io.heritage.gateway.connection.OldRequests}: shows HTTP/1.0 to the parser as 1.1;
 *   <li>{@link io.heritage.gateway.connection.SplitChunks}: shows it a large chunk of a body as
 *       several small ones;
 *   <li>{@link io.heritage.gateway.connection.RequestTarget}: says what is wrong with a target that
 *       is no URL;
 *   <li>{@link io.heritage.gateway.connection.GzipBodies}: takes compressed bodies;
 *   <li>{@link io.heritage.gateway.connection.GzipReplies}: compresses JSON for clients that ask
 *       for it;
 *   <li>{@link io.heritage.gateway.connection.BodyStream}: its bytes, counted and limited;
 *   <li>{@link io.heritage.gateway.connection.RunSyncAnswer}: what such a caller is answered; its
 *       head may have been sent before.
 * </ol>
 *
 * Connections, streams and unanswered bytes have a limit each. A client that sends too slowly is
 * disconnected.
 */
@NullMarked
package io.heritage.gateway.connection;

import org.jspecify.annotations.NullMarked;
