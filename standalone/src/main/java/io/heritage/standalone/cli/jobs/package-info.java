/**
 * Commands that ask a server about its jobs. In the order a job meets them:
 *
 * <ol>
 *   <li>Each is a {@link io.heritage.standalone.cli.jobs.ClientCommand} with {@link
 *       io.heritage.standalone.cli.jobs.ClientOptions} that asks {@link
 *       io.heritage.standalone.cli.jobs.ServerJobs}.
 *   <li>{@link io.heritage.standalone.cli.jobs.HealthCommand} and {@link
 *       io.heritage.standalone.cli.jobs.WorkersCommand} tell whether there is somebody to do a job.
 *   <li>{@link io.heritage.standalone.cli.jobs.RunCommand} sends any request, which {@link
 *       io.heritage.standalone.cli.jobs.StandardInput} may hold, and prints a {@link
 *       io.heritage.standalone.cli.jobs.RawJob}. A {@link
 *       io.heritage.standalone.cli.jobs.RemoteJob} is a job whose files come from or go to this
 *       machine, a {@link io.heritage.standalone.cli.jobs.RemoteBatch} many of them that are queued
 *       at once.
 *   <li>{@link io.heritage.standalone.cli.jobs.JobsCommand} has {@link
 *       io.heritage.standalone.cli.jobs.JobsListCommand} ({@link
 *       io.heritage.standalone.cli.jobs.JobStates} and {@link
 *       io.heritage.standalone.cli.jobs.PastTime} choose jobs, {@link
 *       io.heritage.standalone.cli.jobs.JobFacts} is how one is printed), {@link
 *       io.heritage.standalone.cli.jobs.JobsShowCommand}, {@link
 *       io.heritage.standalone.cli.jobs.JobsWatchCommand} with its {@link
 *       io.heritage.standalone.cli.jobs.JobWatch}, {@link
 *       io.heritage.standalone.cli.jobs.JobsDownloadCommand} and {@link
 *       io.heritage.standalone.cli.jobs.JobsPurgeCommand}. {@link
 *       io.heritage.standalone.cli.jobs.JobsCancelCommand} and {@link
 *       io.heritage.standalone.cli.jobs.JobsRetryCommand} are each a {@link
 *       io.heritage.standalone.cli.jobs.JobOperation} on several jobs.
 *   <li>Whoever follows a job reads {@link io.heritage.standalone.cli.jobs.JobProgress} and has
 *       {@link io.heritage.standalone.cli.jobs.Patience} while its server is away.
 * </ol>
 *
 * Plain blocking calls on the main thread. Ctrl-C ends a command and leaves the jobs of the server
 * as they are; {@code run} and a {@link io.heritage.standalone.cli.jobs.RemoteJob} cancel theirs.
 */
@NullMarked
package io.heritage.standalone.cli.jobs;

import org.jspecify.annotations.NullMarked;
