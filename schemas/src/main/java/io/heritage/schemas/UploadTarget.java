package io.heritage.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bucket that a job's media are uploaded into: {@code s3Config} of a request
 * (docs/spec/runpod.md, section 1.2), or a setting.
 *
 * @param endpointUrl of the S3 service, without the bucket
 * @param objectPath in front of {@code JOBID/NAME}; may be empty
 * @param region that signatures name; empty: as the endpoint's host says
 */
public record UploadTarget(
        String endpointUrl,
        String bucketName,
        String accessId,
        String accessSecret,
        String objectPath,
        String region) {
    private static final int LONGEST = 1024;
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}");
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{0,40}");

    /** Hosts that have a region in their names, as s3.eu-central-1.amazonaws.com. */
    private static final Pattern REGIONAL =
            Pattern.compile(
                    "(?:s3[.-]([a-z]{2,4}(?:-[a-z]+){1,2}(?:-\\d{1,3})?)\\..+|([a-z0-9]+)\\.digitaloceanspaces\\.com)");

    private static final String ANY_REGION = "us-east-1";

    /**
     * Empty if the request has none.
     *
     * @throws InvalidInput does not repeat what it found: that may be secret
     */
    public static Optional<UploadTarget> parse(JsonNode s3Config) throws InvalidInput {
        boolean empty = s3Config.isObject() && s3Config.isEmpty();
        if (s3Config.isMissingNode() || s3Config.isNull() || empty) {
            return Optional.empty();
        }
        if (!s3Config.isObject()) {
            throw new InvalidInput("s3Config: expected an object");
        }
        return Optional.of(
                new UploadTarget(
                                text(s3Config, "endpointUrl", true),
                                text(s3Config, "bucketName", true),
                                text(s3Config, "accessId", true),
                                text(s3Config, "accessSecret", true),
                                text(s3Config, "objectPath", false),
                                text(s3Config, "region", false))
                        .checked());
    }

    private static String text(JsonNode s3Config, String key, boolean required)
            throws InvalidInput {
        JsonNode value = s3Config.path(key);
        if (!required && (value.isMissingNode() || value.isNull())) {
            return "";
        }
        String found = value.isTextual() ? value.textValue().strip() : "";
        if (!value.isTextual() || (required && found.isEmpty()) || found.length() > LONGEST) {
            throw new InvalidInput(
                    "s3Config.%s: expected a text of at most %d characters"
                            .formatted(key, LONGEST));
        }
        return found;
    }

    /**
     * @throws InvalidInput if the fields are invalid, whether the bucket exists or not
     */
    public UploadTarget checked() throws InvalidInput {
        if (host().isEmpty()) {
            throw new InvalidInput(
                    "s3Config.endpointUrl: expected an http or https URL without the bucket, such as https://s3.eu-central-1.amazonaws.com");
        }
        if (!BUCKET.matcher(bucketName).matches()) {
            throw new InvalidInput("s3Config.bucketName: expected the name of a bucket");
        }
        if (!REGION.matcher(region).matches()) {
            throw new InvalidInput("s3Config.region: expected a name such as eu-central-1");
        }
        if (objectPath.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new InvalidInput("s3Config.objectPath: expected no control characters");
        }
        return this;
    }

    private Optional<String> host() {
        try {
            URI uri = URI.create(endpointUrl);
            boolean http =
                    "http".equalsIgnoreCase(uri.getScheme())
                            || "https".equalsIgnoreCase(uri.getScheme());
            return http && uri.getUserInfo() == null
                    ? Optional.ofNullable(uri.getHost())
                    : Optional.empty();
        } catch (IllegalArgumentException notAUri) {
            return Optional.empty();
        }
    }

    /** The region of signatures. */
    public String signedRegion() {
        if (!region.isEmpty()) {
            return region;
        }
        Matcher found = REGIONAL.matcher(host().orElse(""));
        if (!found.matches()) {
            return ANY_REGION;
        }
        return found.group(1) == null ? found.group(2) : found.group(1);
    }

    /**
     * The key of an object.
     *
     * @param name of the file
     */
    public String key(JobId job, String name) {
        String path = objectPath.replaceAll("^/+|/+$", "");
        return (path.isEmpty() ? "" : path + "/") + job + "/" + name;
    }

    /** Place for messages: {@code HOST/BUCKET}. */
    public String place() {
        return host().orElse("?") + "/" + bucketName;
    }

    /** Without the credentials. */
    @Override
    public String toString() {
        return "UploadTarget[" + place() + "]";
    }
}
