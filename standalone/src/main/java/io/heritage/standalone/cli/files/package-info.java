/**
 * Commands that work on files of the user, in this process or at a server. In the order a file
 * meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.cli.files.RestoreCommand} with {@link
 *       io.heritage.standalone.cli.files.RestoreSettings}, and {@link
 *       io.heritage.standalone.cli.files.InterpolateCommand} with {@link
 *       io.heritage.standalone.cli.files.InterpolateSettings} or {@link
 *       io.heritage.standalone.cli.files.RaiseOptions}.
 *   <li>Files are named or match a {@link io.heritage.standalone.cli.files.MediaPattern}; {@link
 *       io.heritage.standalone.cli.files.FileTasks} makes a {@link
 *       io.heritage.standalone.cli.files.FileTask} of each. {@code -} is one of the {@link
 *       io.heritage.standalone.cli.files.PipedFiles}. Several are a {@link
 *       io.heritage.standalone.cli.files.FileBatch} with {@link
 *       io.heritage.standalone.cli.files.BatchOptions}.
 *   <li>{@link io.heritage.standalone.cli.files.TrialOptions} ask for a {@link
 *       io.heritage.standalone.cli.files.Preview} or, at a server, for a {@link
 *       io.heritage.standalone.cli.files.JobEstimate} instead.
 *   <li>In this process: {@link io.heritage.standalone.cli.files.InProcessRestoration} with the
 *       {@link io.heritage.standalone.cli.files.InProcessModel}, or with a {@link
 *       io.heritage.standalone.cli.files.TinyModel} if no published one is wanted, and {@link
 *       io.heritage.standalone.cli.files.InProcessInterpolation}.
 *   <li>At a server, by jobs of the room {@code jobs}: {@link
 *       io.heritage.standalone.cli.files.RemoteRestoration} and {@link
 *       io.heritage.standalone.cli.files.RemoteInterpolation}.
 *   <li>{@link io.heritage.standalone.cli.files.UnfinishedWork} is what becomes of frames that are
 *       done when work is stopped or fails.
 *   <li>{@link io.heritage.standalone.cli.files.CompareCommand} shows a file beside its result.
 * </ol>
 *
 * Work runs on the calling thread. No output appears under its name before it is complete.
 */
@NullMarked
package io.heritage.standalone.cli.files;

import org.jspecify.annotations.NullMarked;
