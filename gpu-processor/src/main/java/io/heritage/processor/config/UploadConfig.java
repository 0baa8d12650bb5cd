package io.heritage.processor.config;

import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.UploadSecret;
import io.heritage.schemas.UploadTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Upload of results in addition to the reply: into the bucket that a request names ({@code
 * s3Config}), or into the installation's bucket.
 *
 * @param secret what {@code gateway.upload-secret} is; empty: {@code s3Config} is not used
 * @param endpointUrl of the installation's S3 service
 * @param bucket of the installation, for jobs that ask for links; empty: none
 * @param accessId its access key id
 * @param accessSecret its secret access key
 * @param path in front of {@code JOBID/NAME} in it; may be empty
 * @param region that signatures name; empty: as the endpoint's host says
 * @param privateHosts hosts, as URLs write them in lower case, that requests may name although they
 *     are not public
 * @param urlLifetime how long a URL opens an object, at most 7 days
 * @param timeLimit for one call: a part of 8 MiB, repetitions included
 */
public record UploadConfig(
        String secret,
        String endpointUrl,
        String bucket,
        String accessId,
        String accessSecret,
        String path,
        String region,
        Set<String> privateHosts,
        Duration urlLifetime,
        Duration timeLimit) {

    /** Longest lifetime that signatures allow. */
    private static final Duration LONGEST_URL = Duration.ofDays(7);

    public UploadConfig {
        privateHosts = Set.copyOf(privateHosts);
        List<String> problems = new ArrayList<>();
        if (!UploadSecret.isUsable(secret)) {
            problems.add(
                    "secret: expected at least %d characters".formatted(UploadSecret.SHORTEST));
        }
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
        if (!urlLifetime.isPositive() || urlLifetime.compareTo(LONGEST_URL) > 0) {
            problems.add(
                    "url-lifetime: expected more than 0 and at most 7 days, found " + urlLifetime);
        }
        if (!timeLimit.isPositive()) {
            problems.add("time-limit: expected more than 0, found " + timeLimit);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    public static UploadConfig defaults() {
        return new UploadConfig(
                "", "", "", "", "", "", "", Set.of(), LONGEST_URL, Duration.ofMinutes(2));
    }

    /** The installation's bucket. */
    public Optional<UploadTarget> installed() {
        return bucket.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new UploadTarget(
                                endpointUrl, bucket, accessId, accessSecret, path, region));
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "UploadConfig[bucket %s]".formatted(bucket);
    }
}
