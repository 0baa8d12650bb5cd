/**
 * Media of a request, from its bytes to a reference in the job. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.gateway.media.MediaTarget}: where the decoded bytes go;
 *   <li>{@link io.heritage.gateway.media.MediaParts}: the media of a request on their way into
 *       Kafka;
 *   <li>{@link io.heritage.gateway.media.SubmittedMedia}: what a media string was: the media, or a
 *       name of them;
 *   <li>{@link io.heritage.gateway.media.NamedMedia}: finds media that a request names;
 *   <li>{@link io.heritage.gateway.media.MediaReference}: the name of media stored before;
 *   <li>{@link io.heritage.gateway.media.StoredMediaIndex}: finds the media behind such a name;
 *   <li>{@link io.heritage.gateway.media.MediaUrls}: what the gateway fetches by URL;
 *   <li>{@link io.heritage.gateway.media.UrlMedia}: fetches them, into chunks while they arrive;
 *   <li>{@link io.heritage.gateway.media.MediaOperation}: headers and answer of {@code /media};
 *   <li>{@link io.heritage.gateway.media.MediaUploads}: stores media before a job uses them;
 *   <li>{@link io.heritage.gateway.media.ContentRange}: which piece of them a request brings;
 *   <li>{@link io.heritage.gateway.media.ExpectedHash}: the SHA-256 it names for them;
 *   <li>{@link io.heritage.gateway.media.FormFile}: the file in a form that a browser sends.
 * </ol>
 *
 * Media are written in chunks while they arrive. What is stored for a request that fails is a chunk
 * without a reference, which retention removes.
 */
@NullMarked
package io.heritage.gateway.media;

import org.jspecify.annotations.NullMarked;
