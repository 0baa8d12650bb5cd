/**
 * HTTP in: RunPod's operations, streamed into Kafka. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.gateway.GatewayConfig}: where the gateway listens and what it accepts;
 *   <li>{@link io.heritage.gateway.Gateway}: the server and its parts list;
 *   <li>{@link io.heritage.gateway.GatewayTls}: files of the certificate and key for HTTPS;
 *   <li>{@link io.heritage.gateway.CertificateFiles}: reads them, again when they change;
 *   <li>{@link io.heritage.gateway.ClientConnections}: puts the next four between socket and
 *       parser;
 *   <li>{@link io.heritage.gateway.ClientConnection}: the bytes a client sends; a read that takes
 *       too long is ended;
 *   <li>{@link io.heritage.gateway.StreamResets}: which streams a client of HTTP/2 gives up;
 *   <li>{@link io.heritage.gateway.OldRequests}: shows HTTP/1.0 to the parser as 1.1;
 *   <li>{@link io.heritage.gateway.SplitChunks}: shows it a large chunk of a body as several small
 *       ones;
 *   <li>{@link io.heritage.gateway.RequestTarget}: says what is wrong with a target that is no URL;
 *   <li>{@link io.heritage.gateway.ErrorFilter}: every request comes in and every error goes out
 *       here;
 *   <li>{@link io.heritage.gateway.HttpFailure}: ends a request with a status;
 *   <li>{@link io.heritage.gateway.FailureReply}: the error reply for an exception;
 *   <li>{@link io.heritage.gateway.UnavailableLog}: a line in the log for requests that Kafka did
 *       not serve in time, every 10 s at most;
 *   <li>{@link io.heritage.gateway.RequestLog}: the log line of a request;
 *   <li>{@link io.heritage.gateway.RequestMeters}: counts and times it;
 *   <li>{@link io.heritage.gateway.RequestSpan}: the request within its trace;
 *   <li>{@link io.heritage.gateway.CorsFilter}: headers for the configured web pages;
 *   <li>{@link io.heritage.gateway.GzipBodies}: takes compressed bodies;
 *   <li>{@link io.heritage.gateway.GzipReplies}: compresses JSON for clients that ask for it;
 *   <li>{@link io.heritage.gateway.ApiDescription}: all operations in OpenAPI, for anybody;
 *   <li>{@link io.heritage.gateway.EndpointList}: what a key may call, for the console;
 *   <li>{@link io.heritage.gateway.RunPodHandler}: the operations, each with its checks in order;
 *   <li>{@link io.heritage.gateway.RequestHead}: method and header fields of a request;
 *   <li>{@link io.heritage.gateway.Operation}: RunPod's operations and ours;
 *   <li>{@link io.heritage.gateway.Call}: what the path of a request asks for;
 *   <li>{@link io.heritage.gateway.QueryNumbers}: numbers in its query;
 *   <li>{@link io.heritage.gateway.LoopbackGuard}: keeps foreign web pages out of a gateway without
 *       keys;
 *   <li>{@link io.heritage.gateway.ApiKey}: a caller, and the hash of its key;
 *   <li>{@link io.heritage.gateway.KeyRing}: finds the key a caller has;
 *   <li>{@link io.heritage.gateway.MediaTickets}: cookies by which a page shows media;
 *   <li>{@link io.heritage.gateway.RequestRates}: how often one key may ask;
 *   <li>{@link io.heritage.gateway.RateLimiter}: counts the requests of each key;
 *   <li>{@link io.heritage.gateway.QueueLimit}: refuses jobs where too many wait already;
 *   <li>{@link io.heritage.gateway.GatewayLimits}: what clients may use at the same time;
 *   <li>{@link io.heritage.gateway.OwnerShares}: shares something limited among owners;
 *   <li>{@link io.heritage.gateway.BodyMemory}: memory for bodies, by such shares;
 *   <li>{@link io.heritage.gateway.UploadTurns}: whose media are stored next;
 *   <li>{@link io.heritage.gateway.SubmitOperations}: operations that make jobs;
 *   <li>{@link io.heritage.gateway.IdempotencyKey}: a client's own name for a request;
 *   <li>{@link io.heritage.gateway.JobSubmission}: turns a body into a job, for {@code /run} and
 *       {@code /runsync};
 *   <li>{@link io.heritage.gateway.RequestBody}: the body, for its reader;
 *   <li>{@link io.heritage.gateway.BodyStream}: its bytes, counted and limited;
 *   <li>{@link io.heritage.gateway.ByteSize}: writes such limits in messages;
 *   <li>{@link io.heritage.gateway.BodyBroken}: the client stopped sending;
 *   <li>{@link io.heritage.gateway.SubmissionReader}: turns the body into JSON and durable media;
 *   <li>{@link io.heritage.gateway.SubmissionScanner}: reads its JSON once;
 *   <li>{@link io.heritage.gateway.JsonLexer}: characters and tokens of it, in a buffer of fixed
 *       size;
 *   <li>{@link io.heritage.gateway.StringScan}: finds the end of plain stretches of a string;
 *   <li>{@link io.heritage.gateway.JsonCopy}: the text without its media strings;
 *   <li>{@link io.heritage.gateway.MediaStrings}: the media strings, decoded while they arrive;
 *   <li>{@link io.heritage.gateway.Base64Text}: decodes one such string;
 *   <li>{@link io.heritage.gateway.BadBase64}: a string that is not base64;
 *   <li>{@link io.heritage.gateway.MediaTarget}: where the decoded bytes go;
 *   <li>{@link io.heritage.gateway.MediaParts}: the media of a request on their way into Kafka;
 *   <li>{@link io.heritage.gateway.SubmittedMedia}: what a media string was: the media, or a name
 *       of them;
 *   <li>{@link io.heritage.gateway.NamedMedia}: finds media that a request names;
 *   <li>{@link io.heritage.gateway.MediaReference}: the name of media stored before;
 *   <li>{@link io.heritage.gateway.StoredMediaIndex}: finds the media behind such a name;
 *   <li>{@link io.heritage.gateway.MediaUrls}: what the gateway fetches by URL;
 *   <li>{@link io.heritage.gateway.UrlMedia}: fetches them, into chunks while they arrive;
 *   <li>{@link io.heritage.gateway.UnknownFields}: how unknown fields of an input are handled;
 *   <li>{@link io.heritage.gateway.RecordedInput}: the input as it fits into a record;
 *   <li>{@link io.heritage.gateway.BatchSubmission}: many jobs in one record, for {@code /batch};
 *   <li>{@link io.heritage.gateway.BatchReader}: reads its body;
 *   <li>{@link io.heritage.gateway.MediaOperation}: headers and answer of {@code /media};
 *   <li>{@link io.heritage.gateway.MediaUploads}: stores media before a job uses them;
 *   <li>{@link io.heritage.gateway.ContentRange}: which piece of them a request brings;
 *   <li>{@link io.heritage.gateway.ExpectedHash}: the SHA-256 it names for them;
 *   <li>{@link io.heritage.gateway.FormFile}: the file in a form that a browser sends;
 *   <li>{@link io.heritage.gateway.Estimates}: what a request would come to, for {@code /estimate};
 *   <li>{@link io.heritage.gateway.OwnerTurns}: whether a job goes into its lane at once, where
 *       owners share it;
 *   <li>{@link io.heritage.gateway.HeardByAll}: lets {@code OwnerTurns} and {@code JobTail} share
 *       one reader of the log of events;
 *   <li>{@link io.heritage.gateway.JobTail}: follows the jobs of callers that wait in {@code
 *       /runsync};
 *   <li>{@link io.heritage.gateway.JobWaiter}: one such caller;
 *   <li>{@link io.heritage.gateway.RecentEnds}: jobs of which the log told an end lately, which the
 *       sink may not have read yet;
 *   <li>{@link io.heritage.gateway.RunSyncAnswer}: what such a caller is answered; its head may
 *       have been sent before;
 *   <li>{@link io.heritage.gateway.SinkOperations}: operations on jobs that exist, which the result
 *       sink answers;
 *   <li>{@link io.heritage.gateway.SinkClient}: asks the result sink; its answers are passed on as
 *       they come;
 *   <li>{@link io.heritage.gateway.SinkConnection}: sends the requests, with the secret it expects;
 *   <li>{@link io.heritage.gateway.SinkRetries}: asks again while sinks are replaced;
 *   <li>{@link io.heritage.gateway.SinkWaits}: long polls;
 *   <li>{@link io.heritage.gateway.ClientGone}: the client went away while it waited.
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
