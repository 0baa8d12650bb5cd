/**
 * Downloads published model files. In the order a pull meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.download.PublishedModel}: which files a model consists of and
 *       where they are published;
 *   <li>{@link io.heritage.standalone.download.ModelPull}: asks for the facts of each file, checks
 *       what is there and the room on the disk, then fetches what is missing;
 *   <li>{@link io.heritage.standalone.download.ModelHub}: Hugging Face's URLs over HTTP, with the
 *       token for it alone;
 *   <li>{@link io.heritage.standalone.download.FileDownload}: one file, with as many tries as it
 *       needs;
 *   <li>{@link io.heritage.standalone.download.PartFile}: what has come of it so far.
 * </ol>
 *
 * Blocking calls on the caller's thread, which may be interrupted at any time: what has come stays
 * and is gone on from. {@link io.heritage.standalone.download.HubRefused} is a server that answers
 * and does not give the file, {@link io.heritage.standalone.download.PullFailed} anything that
 * another try would not change; any other {@code IOException} is a server that could not be reached
 * for long enough.
 *
 * <p>Beside these: {@code DownloadProgress}, {@code Pause}, {@code PublishedFile}, {@code
 * RemoteFile}, {@code RunningHash}, {@code StallGuard}, {@code Tries}.
 */
@NullMarked
package io.heritage.standalone.download;

import org.jspecify.annotations.NullMarked;
