/**
 * Commands that work on files of the user, in this process or at a server. In the order a file
 * meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.cli.files.RestoreCommand}: {@code restore};
 *   <li>{@link io.heritage.standalone.cli.files.RestoreSettings}: how it restores and encodes;
 *   <li>{@link io.heritage.standalone.cli.files.InterpolateCommand}: {@code interpolate};
 *   <li>{@link io.heritage.standalone.cli.files.InterpolateSettings}: which frames it makes;
 *   <li>{@link io.heritage.standalone.cli.files.RaiseOptions}: the frame rate it raises instead,
 *       which {@code --times} asks for;
 *   <li>{@link io.heritage.standalone.cli.files.MediaPattern}: a pattern of file names that no
 *       shell has expanded;
 *   <li>{@link io.heritage.standalone.cli.files.PipedFiles}: {@code -} in place of a file;
 *   <li>{@link io.heritage.standalone.cli.files.FileTasks}: the tasks of a command line;
 *   <li>{@link io.heritage.standalone.cli.files.FileTask}: one file to work on, and where the
 *       result goes;
 *   <li>{@link io.heritage.standalone.cli.files.BatchOptions}: what becomes of several files, or of
 *       a job at a server;
 *   <li>{@link io.heritage.standalone.cli.files.FileBatch}: files one after the other: one that
 *       fails does not stop the rest;
 *   <li>{@link io.heritage.standalone.cli.files.TrialOptions}: what is tried before the whole job
 *       is done;
 *   <li>{@link io.heritage.standalone.cli.files.Preview}: a piece of a video, to try settings on;
 *   <li>{@link io.heritage.standalone.cli.files.JobEstimate}: what jobs would cost at a server;
 *   <li>{@link io.heritage.standalone.cli.files.InProcessModel}: which model restores in this
 *       process;
 *   <li>{@link io.heritage.standalone.cli.files.TinyModel}: a small one with random weights for one
 *       run;
 *   <li>{@link io.heritage.standalone.cli.files.InProcessRestoration}: restoration without a
 *       server;
 *   <li>{@link io.heritage.standalone.cli.files.InProcessInterpolation}: interpolation without one;
 *   <li>{@link io.heritage.standalone.cli.files.RemoteRestoration}: restoration at a server, by
 *       jobs of the room {@code jobs};
 *   <li>{@link io.heritage.standalone.cli.files.RemoteInterpolation}: interpolation at one;
 *   <li>{@link io.heritage.standalone.cli.files.UnfinishedWork}: keeps the finished frames of work
 *       that is stopped or fails, if the user wants that;
 *   <li>{@link io.heritage.standalone.cli.files.CompareCommand}: {@code compare}: a file beside its
 *       result.
 * </ol>
 *
 * Work runs on the calling thread. No output appears under its name before it is complete.
 */
@NullMarked
package io.heritage.standalone.cli.files;

import org.jspecify.annotations.NullMarked;
