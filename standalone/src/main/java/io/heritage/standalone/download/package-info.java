/**
 * Downloads the files of a {@link io.heritage.schemas.PublishedModel}. In the order a pull meets
 * them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.download.ModelPull}: asks for the facts of each file, checks
 *       what is there and the {@link io.heritage.standalone.download.FreeSpace}, then fetches what
 *       is missing; {@link io.heritage.standalone.download.DownloadProgress} is told how far it is;
 *   <li>{@link io.heritage.standalone.download.ModelHub}: Hugging Face's URLs over HTTP, with the
 *       token for it alone, and {@link io.heritage.standalone.download.PackageIndex}: an index of
 *       Python packages; each is a {@link io.heritage.standalone.download.FileHost} and asks
 *       through {@link io.heritage.standalone.download.HttpFiles}; a {@link
 *       io.heritage.standalone.download.RemoteFile} is what it says of a file;
 *   <li>{@link io.heritage.standalone.download.Tries} with a {@link
 *       io.heritage.standalone.download.RetryPause} between them, as many as are needed;
 *   <li>{@link io.heritage.standalone.download.FileDownload}: one file, whose stream a {@link
 *       io.heritage.standalone.download.StallGuard} closes when nothing comes;
 *   <li>{@link io.heritage.standalone.download.PartFile}: what has come of it so far, with its
 *       {@link io.heritage.standalone.download.RunningHash}; {@link
 *       io.heritage.standalone.download.FileHash} is that of a file that is there;
 *   <li>{@link io.heritage.standalone.download.HubRefused}: a server that answers and does not give
 *       the file;
 *   <li>{@link io.heritage.standalone.download.PullFailed}: anything that another try would not
 *       change.
 * </ol>
 *
 * <p>Blocking calls on the caller's thread, which may be interrupted at any time: a later pull
 * continues with what has come. An {@code IOException} that is neither of the two is a server that
 * could not be reached for long enough.
 */
@NullMarked
package io.heritage.standalone.download;

import org.jspecify.annotations.NullMarked;
