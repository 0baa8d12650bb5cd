/**
 * Turns the body of a request into a job. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.gateway.submit.QueueLimit}: refuses jobs where too many wait already;
 *   <li>{@link io.heritage.gateway.submit.IdempotencyKey}: a client's own name for a request;
 *   <li>{@link io.heritage.gateway.submit.JobSubmission}: turns a body into a job, for {@code /run}
 *       and {@code /runsync};
 *   <li>{@link io.heritage.gateway.submit.RequestBody}: the body, for its reader;
 *   <li>{@link io.heritage.gateway.submit.SubmissionReader}: turns the body into JSON and durable
 *       media;
 *   <li>{@link io.heritage.gateway.submit.SubmissionScanner}: reads its JSON once;
 *   <li>{@link io.heritage.gateway.submit.JsonLexer}: characters and tokens of it, in a buffer of
 *       fixed size;
 *   <li>{@link io.heritage.gateway.submit.StringScan}: finds the end of plain stretches of a
 *       string;
 *   <li>{@link io.heritage.gateway.submit.JsonCopy}: the text without its media strings;
 *   <li>{@link io.heritage.gateway.submit.MediaStrings}: the media strings, decoded while they
 *       arrive;
 *   <li>{@link io.heritage.gateway.submit.Base64Text}: decodes one such string;
 *   <li>{@link io.heritage.gateway.submit.BadBase64}: a string that is not base64;
 *   <li>{@link io.heritage.gateway.submit.UnknownFields}: how unknown fields of an input are
 *       handled;
 *   <li>{@link io.heritage.gateway.submit.RecordedInput}: the input as it fits into a record;
 *   <li>{@link io.heritage.gateway.submit.BatchSubmission}: many jobs in one record, for {@code
 *       /batch};
 *   <li>{@link io.heritage.gateway.submit.BatchReader}: reads its body;
 *   <li>{@link io.heritage.gateway.submit.OwnerTurns}: whether a job goes into its lane at once,
 *       where owners share it.
 * </ol>
 *
 * A body is read once and takes a fixed amount of memory, whatever its size.
 */
@NullMarked
package io.heritage.gateway.submit;

import org.jspecify.annotations.NullMarked;
