package io.heritage.transport.bucket;

import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.UploadTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A bucket of an S3 service for large media, instead of Kafka's disks: the same for gateways,
 * processors and sinks.
 *
 * @param endpointUrl of the S3 service
 * @param bucket empty: all media are in Kafka
 * @param accessId access key id
 * @param accessSecret secret access key
 * @param path in front of the keys of objects; may be empty
 * @param region that signatures name; empty: as the endpoint's host says
 * @param fromBytes media of at least so many bytes, 1 to 7 MiB, go into the bucket
 * @param timeLimit for one call: a part of 8 MiB, repetitions included
 */
public record BucketConfig(
        String endpointUrl,
        String bucket,
        String accessId,
        String accessSecret,
        String path,
        String region,
        long fromBytes,
        Duration timeLimit) {

    /** References to stored media are smaller, and are in Kafka. */
    private static final int LEAST_BYTES = 1 << 20;

    /** A writer buffers them until it knows the size. */
    private static final int MOST_BYTES = 7 << 20;

    public BucketConfig {
        List<String> problems = new ArrayList<>();
        if (!bucket.isEmpty()) {
            try {
                new UploadTarget(endpointUrl, bucket, accessId, accessSecret, path, region)
                        .checked();
            } catch (InvalidInput e) {
                problems.add("the bucket: " + e.getMessage());
            }
            if (accessId.isEmpty() || accessSecret.isEmpty()) {
                problems.add("access-id, access-secret: a bucket needs both");
            }
        }
        if (fromBytes < LEAST_BYTES || fromBytes > MOST_BYTES) {
            problems.add("from-bytes: expected 1 to 7 MiB, found %d bytes".formatted(fromBytes));
        }
        if (!timeLimit.isPositive()) {
            problems.add("time-limit: expected more than 0, found " + timeLimit);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    public static BucketConfig defaults() {
        return new BucketConfig("", "", "", "", "heritage", "", MOST_BYTES, Duration.ofMinutes(2));
    }

    /** Empty if all media are in Kafka. */
    public Optional<UploadTarget> target() {
        return bucket.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new UploadTarget(
                                endpointUrl, bucket, accessId, accessSecret, path, region));
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "BucketConfig[bucket %s]".formatted(bucket);
    }
}
