/**
 * Large media in a bucket of an S3 service instead of on Kafka's disks (a claim check: the records
 * in Kafka refer to them). In the order media meet them:
 *
 * <ol>
 *   <li>{@link io.heritage.transport.bucket.BucketConfig}: which bucket, and what is large;
 *   <li>{@link io.heritage.transport.bucket.BucketMediaStore}: decides piece by piece;
 *   <li>{@link io.heritage.transport.bucket.BucketMediaUpload}: the media of one job;
 *   <li>{@link io.heritage.transport.bucket.BucketMediaPart}: one piece of them;
 *   <li>{@link io.heritage.transport.bucket.MediaBucket}: the bucket, and the heap for uploads;
 *   <li>{@link io.heritage.transport.bucket.S3Bucket}: objects of any bucket and their URLs;
 *   <li>{@link io.heritage.transport.bucket.S3Object}: one that is written in parts;
 *   <li>{@link io.heritage.transport.bucket.BucketInputStream}: one that is read.
 * </ol>
 *
 * <p>Nothing here deletes: a lifecycle rule of the bucket does, see docs/operations.md.
 */
@NullMarked
package io.heritage.transport.bucket;

import org.jspecify.annotations.NullMarked;
