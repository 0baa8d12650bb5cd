/**
 * Uploads the media of a result into a bucket that a request or the configuration names. In the
 * order an output meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.upload.S3Uploads}: which bucket, and what the reply says of
 *       it;
 *   <li>{@code GuardedAddresses}: addresses that a bucket of a request may not have.
 * </ol>
 *
 * <p>The device's thread waits, and checks whether the job has to stop. A virtual thread uploads
 * one object after the other, with 8 MiB of heap. If the S3 service fails, the job still completes,
 * its media are in the reply as usual, and {@code errors} says what failed.
 */
@NullMarked
package io.heritage.processor.upload;

import org.jspecify.annotations.NullMarked;
