/**
 * HTTP in: RunPod's operations, streamed into Kafka. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.gateway.Gateway}, built from a {@link
 *       io.heritage.gateway.GatewayConfig}: the server and its parts list;
 *   <li>{@link io.heritage.gateway.GatewayTls}, {@code CertificateFiles}: HTTPS;
 *   <li>{@code ClientConnections}, {@code ClientConnection}, {@code StreamResets}, {@code
 *       OldRequests}, {@code SplitChunks}: the socket, read in small pieces whatever the client
 *       sends; {@code RequestTarget} says what is wrong with a path; {@code GzipBodies} and {@code
 *       GzipReplies};
 *   <li>{@code ErrorFilter}: every request comes in and every error goes out here ({@code
 *       HttpFailure}, {@code FailureReply}, {@code UnavailableLog}); {@code CorsFilter}; {@code
 *       RequestLog} writes its log line, {@code RequestMeters} count and time it, {@code
 *       RequestSpan} is it within its trace;
 *   <li>{@code ApiDescription}: all of it in OpenAPI; {@code EndpointList}: what a key may call,
 *       for the console;
 *   <li>{@code RunPodHandler}: {@code LoopbackGuard} and {@code KeyRing} (with {@link
 *       io.heritage.gateway.ApiKey}) say who calls, or a cookie of {@code MediaTickets}, {@code
 *       RateLimiter} how often one may ({@link io.heritage.gateway.RequestRates}), {@code
 *       QueueLimit} whether there is room, {@code Call} and {@code Operation} what is called; {@code
 *       RequestHead} has its header fields, {@code QueryNumbers} are in its query;
 *   <li>{@code SubmitOperations} make jobs; an {@code IdempotencyKey} names the request; {@code
 *       JobSubmission}, for {@code /run} and {@code /runsync}: {@code SubmissionReader} reads the
 *       {@code RequestBody} once, counted by {@code BodyStream} ({@code ByteSize}, {@code
 *       BodyBroken}), through {@code SubmissionScanner}: its {@code JsonLexer} ({@code StringScan})
 *       keeps the text as a {@code JsonCopy}, except for {@code MediaStrings}, which {@code
 *       Base64Text} decodes ({@code BadBase64}) into a {@code MediaTarget}, the {@code MediaParts};
 *       {@link io.heritage.gateway.UnknownFields} are reported; a {@code RecordedInput} fits into a
 *       record;
 *   <li>{@code BatchSubmission}, for {@code /batch}: many jobs in one record, by a {@code
 *       BatchReader};
 *   <li>{@code NamedMedia} finds the media that a request names ({@code SubmittedMedia}): those
 *       stored before, by their {@code MediaReference} in the {@code StoredMediaIndex}, and what
 *       {@code UrlMedia} fetches, within {@link io.heritage.gateway.MediaUrls};
 *   <li>{@code MediaOperation}, for {@code /media}: {@code MediaUploads} stores media, whole or in
 *       pieces ({@code ContentRange}), and compares hashes ({@code ExpectedHash}); a browser sends
 *       a {@code FormFile};
 *   <li>{@code Estimates}, for {@code /estimate}: size, time and wait of a request;
 *   <li>{@link io.heritage.gateway.GatewayLimits}: {@code BodyMemory} and {@code UploadTurns} share
 *       memory and uploads among owners ({@code OwnerShares});
 *   <li>{@code OwnerTurns}: whether a job goes into its lane at once, where owners share it; {@code
 *       HeardByAll} lets it follow the log of events together with the next;
 *   <li>{@code JobTail}: the caller of {@code /runsync} has a {@code JobWaiter} there, which hears
 *       from the log how its job ends, and answers if the result is small; {@code RecentEnds} are
 *       waited for at the sink; a {@code RunSyncAnswer} may begin before;
 *   <li>{@code SinkOperations}, for jobs that exist: {@code SinkClient} asks the result sink over
 *       the {@code SinkConnection}, by {@code SinkRetries} while sinks are replaced and by {@code
 *       SinkWaits} where it may have to wait, and its answer is passed on; {@code ClientGone} says
 *       that there is nobody to answer.
 * </ol>
 *
 * Each connection is served by one virtual thread; a second one watches the client's connection
 * during a long wait. A request holds a fixed amount of memory, whatever its size. What may fail:
 * the client (answered or disconnected; only chunks without a reference remain), Kafka and the sink
 * (503; while a call waits, the sink is asked again).
 */
@NullMarked
package io.heritage.gateway;

import org.jspecify.annotations.NullMarked;
