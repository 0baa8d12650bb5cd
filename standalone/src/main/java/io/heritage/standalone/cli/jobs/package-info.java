/**
 * Commands that ask a server about its jobs. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.cli.jobs.ClientCommand}: a command that asks a server;
 *   <li>{@link io.heritage.standalone.cli.jobs.ClientOptions}: what every one of them has;
 *   <li>{@link io.heritage.standalone.cli.jobs.ServerJobs}: the endpoints of the server that it
 *       means, and which of them has a job;
 *   <li>{@link io.heritage.standalone.cli.jobs.HealthCommand}: {@code health}: whether an endpoint
 *       can do a job;
 *   <li>{@link io.heritage.standalone.cli.jobs.WorkersCommand}: {@code workers}: who does it;
 *   <li>{@link io.heritage.standalone.cli.jobs.RunCommand}: {@code run}: sends any request;
 *   <li>{@link io.heritage.standalone.cli.jobs.StandardInput}: where that request may come from;
 *   <li>{@link io.heritage.standalone.cli.jobs.RawJob}: prints its reply as the server gives it;
 *   <li>{@link io.heritage.standalone.cli.jobs.RemoteJob}: a job whose files come from or go to
 *       this machine;
 *   <li>{@link io.heritage.standalone.cli.jobs.RemoteBatch}: files that become one batch at a
 *       server;
 *   <li>{@link io.heritage.standalone.cli.jobs.JobProgress}: reads what the server says of how far
 *       a job is;
 *   <li>{@link io.heritage.standalone.cli.jobs.Patience}: asks again while the server is away;
 *   <li>{@link io.heritage.standalone.cli.jobs.JobsCommand}: {@code jobs}: the commands that
 *       follow;
 *   <li>{@link io.heritage.standalone.cli.jobs.JobsListCommand}: {@code list};
 *   <li>{@link io.heritage.standalone.cli.jobs.JobStates}: which states it lists;
 *   <li>{@link io.heritage.standalone.cli.jobs.PastTime}: since when;
 *   <li>{@link io.heritage.standalone.cli.jobs.JobFacts}: a job as it is printed;
 *   <li>{@link io.heritage.standalone.cli.jobs.JobsShowCommand}: {@code show}: all about one job;
 *   <li>{@link io.heritage.standalone.cli.jobs.JobsWatchCommand}: {@code watch}: its progress until
 *       it ends;
 *   <li>{@link io.heritage.standalone.cli.jobs.JobWatch}: follows it by the events of the server;
 *   <li>{@link io.heritage.standalone.cli.jobs.JobsDownloadCommand}: {@code download}: its results
 *       as files;
 *   <li>{@link io.heritage.standalone.cli.jobs.JobOperation}: one operation on several jobs: one
 *       that fails does not stop the rest;
 *   <li>{@link io.heritage.standalone.cli.jobs.JobsCancelCommand}: {@code cancel};
 *   <li>{@link io.heritage.standalone.cli.jobs.JobsRetryCommand}: {@code retry};
 *   <li>{@link io.heritage.standalone.cli.jobs.JobsPurgeCommand}: {@code purge}: cancels all queued
 *       jobs.
 * </ol>
 *
 * Plain blocking calls on the main thread. Ctrl-C ends a command and leaves the jobs of the server
 * as they are; {@code run} and a {@link io.heritage.standalone.cli.jobs.RemoteJob} cancel theirs.
 */
@NullMarked
package io.heritage.standalone.cli.jobs;

import org.jspecify.annotations.NullMarked;
