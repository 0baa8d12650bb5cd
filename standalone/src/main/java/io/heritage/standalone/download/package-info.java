/**
 * Downloads published files. In the order a pull meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.download.PublishedModel}: which files a model consists of and
 *       where they are published; {@link io.heritage.standalone.download.PublishedFile} is one;
 *   <li>{@link io.heritage.standalone.download.FilePull}: asks for the facts of each file ({@code
 *       RemoteFile}), checks what is there and the room on the disk, then fetches what is missing,
 *       and tells a {@link io.heritage.standalone.download.DownloadProgress};
 *   <li>{@link io.heritage.standalone.download.FileHost}: who has the files. {@link
 *       io.heritage.standalone.download.ModelHub} knows Hugging Face's URLs and sends the token
 *       there alone, {@link io.heritage.standalone.download.PackageIndex} an index of Python
 *       packages; both ask through {@code HttpFiles};
 *   <li>{@code FileDownload}: one file, with as many tries as it needs ({@code Tries}, a {@link
 *       io.heritage.standalone.download.Pause} between two; {@code StallGuard} ends one that brings
 *       nothing);
 *   <li>{@code PartFile}: what has come of it so far, with its {@code RunningHash}.
 * </ol>
 *
 * Blocking calls on the caller's thread, which may be interrupted at any time: what has come stays
 * and is gone on from. {@link io.heritage.standalone.download.HubRefused} is a server that answers
 * and does not give the file, {@link io.heritage.standalone.download.PullFailed} anything that
 * another try would not change; any other {@code IOException} is a server that could not be reached
 * for long enough.
 */
@NullMarked
package io.heritage.standalone.download;

import org.jspecify.annotations.NullMarked;
