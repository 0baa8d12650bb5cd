/**
 * Calls the servers of clients. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.webhook.HttpWebhooks}: calls over HTTP;
 *   <li>{@link io.heritage.sink.webhook.WebhookSlots}: how many calls are under way, by host and by
 *       owner;
 *   <li>{@link io.heritage.sink.webhook.WebhookTarget}: an address that may be called;
 *   <li>{@link io.heritage.sink.webhook.WebhookSignature}: shows the receiver that it is ours;
 *   <li>{@link io.heritage.sink.webhook.HttpPost}: one request to that address.
 * </ol>
 */
@NullMarked
package io.heritage.sink.webhook;

import org.jspecify.annotations.NullMarked;
