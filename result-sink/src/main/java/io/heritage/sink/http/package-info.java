/**
 * Answers gateways. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.http.Callers}: knows the connection of a request;
 *   <li>{@link io.heritage.sink.http.TracedReplies}: answers, within the trace of a request;
 *   <li>{@link io.heritage.sink.http.SinkServer}: the paths of {@link io.heritage.schemas.SinkApi};
 *   <li>{@link io.heritage.sink.http.AnswerPatience}: how long answers wait for the fold;
 *   <li>{@link io.heritage.sink.http.Parameters}: path and query of a request;
 *   <li>{@link io.heritage.sink.http.BadRequest}: one that is wrong;
 *   <li>{@link io.heritage.sink.http.NoSuchJob}: one about something that is no job id;
 *   <li>{@link io.heritage.sink.http.JobQuestion}: a request about one job;
 *   <li>{@link io.heritage.sink.http.JobLookup}: finds the job, here or at another sink;
 *   <li>{@link io.heritage.sink.http.SinkPeers}: asks other sinks;
 *   <li>{@link io.heritage.sink.http.JobOperations}: status, cancellation and retry;
 *   <li>{@link io.heritage.sink.http.PartStreaming}: hands out the parts of a result;
 *   <li>{@link io.heritage.sink.http.OutputFiles}: hands out media as files;
 *   <li>{@link io.heritage.sink.http.JobList}: lists an owner's jobs;
 *   <li>{@link io.heritage.sink.http.JobSummary}: one of them in a list;
 *   <li>{@link io.heritage.sink.http.JobDetails}: all that is known of one;
 *   <li>{@link io.heritage.sink.http.Outlook}: how long it may still take, with {@link
 *       io.heritage.sink.http.PeerQueues} where other sinks have jobs in its queue;
 *   <li>{@link io.heritage.sink.http.JobHistory}: what became of it step by step;
 *   <li>{@link io.heritage.sink.http.LiveEvents}: tells what becomes of jobs while it happens;
 *   <li>{@link io.heritage.sink.http.EventQueue}: what a caller has still to be told;
 *   <li>{@link io.heritage.sink.http.EventWriter}: tells it;
 *   <li>{@link io.heritage.sink.http.PartEvents}: tells the parts of a result while they are made;
 *   <li>{@link io.heritage.sink.http.StreamTurns}: lets one caller at a time be given the next
 *       parts of a job;
 *   <li>{@link io.heritage.sink.http.GivenParts}: those that the fold does not know to be given;
 *   <li>{@link io.heritage.sink.http.QueuePurge}: empties a queue;
 *   <li>{@link io.heritage.sink.http.EndpointHealth}: counts jobs and workers;
 *   <li>{@link io.heritage.sink.http.WorkerList}: tells the workers of an endpoint;
 *   <li>{@link io.heritage.sink.http.Operators}: pauses endpoints and drains workers;
 *   <li>{@link io.heritage.sink.http.Pauses}: how replies tell of it;
 *   <li>{@link io.heritage.sink.http.EndpointDemand}: what an endpoint has to do;
 *   <li>{@link io.heritage.sink.http.KafkaProbe}: whether Kafka answers.
 * </ol>
 */
@NullMarked
package io.heritage.sink.http;

import org.jspecify.annotations.NullMarked;
