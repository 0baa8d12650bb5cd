/**
 * Media of a result on their way into a bucket, where a request or the configuration asks for it.
 * In the order an output meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.upload.S3Uploads}: which bucket, and what the reply says of
 *       it;
 *   <li>{@code GuardedAddresses}: addresses that a bucket of a request may not have.
 * </ol>
 *
 * <p>The device's thread waits and looks whether the job has to stop; a virtual thread uploads, one
 * object after the other, with 8 MiB of heap. What may fail is the S3 service: the job completes
 * all the same, its media are in the reply as ever, and {@code errors} says what failed.
 */
@NullMarked
package io.heritage.processor.upload;

import org.jspecify.annotations.NullMarked;
