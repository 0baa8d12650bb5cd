/**
 * Downloads the files of a {@link io.heritage.schemas.PublishedModel}. In the order a pull meets
 * them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.download.ModelPull}: brings the files of a folder to the
 *       published state;
 *   <li>{@link io.heritage.standalone.download.DownloadProgress}: told how far a download or a
 *       check is;
 *   <li>{@link io.heritage.standalone.download.FileHost}: a server that publishes files;
 *   <li>{@link io.heritage.standalone.download.ModelHub}: Hugging Face, with the token for it
 *       alone;
 *   <li>{@link io.heritage.standalone.download.PackageIndex}: an index of Python packages;
 *   <li>{@link io.heritage.standalone.download.HttpFiles}: how both are asked;
 *   <li>{@link io.heritage.standalone.download.RemoteFile}: what a server says about a file;
 *   <li>{@link io.heritage.standalone.download.FileHash}: the hash of a file that is there;
 *   <li>{@link io.heritage.standalone.download.FreeSpace}: what can still be written into the
 *       folder;
 *   <li>{@link io.heritage.standalone.download.FileDownload}: one file, with as many tries as it
 *       needs;
 *   <li>{@link io.heritage.standalone.download.Tries}: counts those that brought nothing;
 *   <li>{@link io.heritage.standalone.download.RetryPause}: waits between two of them;
 *   <li>{@link io.heritage.standalone.download.StallGuard}: closes a stream that delivers nothing;
 *   <li>{@link io.heritage.standalone.download.PartFile}: what has come of a file so far;
 *   <li>{@link io.heritage.standalone.download.RunningHash}: its hash as it comes;
 *   <li>{@link io.heritage.standalone.download.HubRefused}: a server answers and does not give the
 *       file;
 *   <li>{@link io.heritage.standalone.download.PullFailed}: what another try would not change.
 * </ol>
 *
 * <p>Blocking calls on the caller's thread, which may be interrupted at any time: a later pull
 * continues with what has come. Any other {@code IOException} is a server that could not be reached
 * for long enough.
 */
@NullMarked
package io.heritage.standalone.download;

import org.jspecify.annotations.NullMarked;
