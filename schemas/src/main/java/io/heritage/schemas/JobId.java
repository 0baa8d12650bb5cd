package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Id of a job: a UUID of version 7 in RunPod's shape, {@code UUID-u1} from {@code /run} and {@code
 * sync-UUID-u1} from {@code /runsync}. The prefix decides how long a result is kept, the UUID tells
 * when the job was submitted (docs/spec/runpod.md, section 1.1). Where the client names its request
 * by an {@code Idempotency-Key}, the UUID is of version 8 and comes from that.
 */
public record JobId(@JsonValue String value) {
    private static final String SYNC_PREFIX = "sync-";
    private static final String PURGE_PREFIX = "purge-";
    private static final Pattern SUFFIX = Pattern.compile("[a-z0-9]{0,8}");

    /** As RunPod's, which names a region and a number in it. */
    public static final String DEFAULT_SUFFIX = "u1";

    private static final int LONGEST = 100;
    private static final int UUID_LENGTH = 36;
    private static final SecureRandom RANDOM = new SecureRandom();

    @JsonCreator
    public JobId {
        if (value.isEmpty()
                || value.length() > LONGEST
                || !value.chars().allMatch(JobId::isAllowed)) {
            throw new IllegalArgumentException("a job id consists of 1 to 100 of A-Z a-z 0-9 _ -");
        }
    }

    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || c == '_'
                || c == '-';
    }

    public static JobId forRun(Clock clock) {
        return forRun(clock, DEFAULT_SUFFIX);
    }

    /**
     * @param suffix see {@link #isSuffix}
     */
    public static JobId forRun(Clock clock, String suffix) {
        return new JobId(uuid7(clock.millis()) + ending(suffix));
    }

    public static JobId forRunSync(Clock clock) {
        return forRunSync(clock, DEFAULT_SUFFIX);
    }

    public static JobId forRunSync(Clock clock, String suffix) {
        return new JobId(SYNC_PREFIX + uuid7(clock.millis()) + ending(suffix));
    }

    /** Whether a text may be the suffix of ids: up to eight of a-z and 0-9. */
    public static boolean isSuffix(String suffix) {
        return SUFFIX.matcher(suffix).matches();
    }

    private static String ending(String suffix) {
        return suffix.isEmpty() ? "" : "-" + suffix;
    }

    /**
     * The same for the same owner, endpoint and key, whenever and wherever it is made.
     *
     * @param sync of {@code /runsync}
     * @param key that the client chose for its request
     */
    public static JobId forKey(boolean sync, String owner, EndpointId endpoint, String key) {
        return forKey(sync, owner, endpoint, key, DEFAULT_SUFFIX);
    }

    public static JobId forKey(
            boolean sync, String owner, EndpointId endpoint, String key, String suffix) {
        String named = String.join("\0", owner, endpoint.value(), sync ? "sync" : "", key);
        return new JobId((sync ? SYNC_PREFIX : "") + uuid8(named) + ending(suffix));
    }

    /** RFC 9562, section 5.8: of a SHA-256. */
    private static UUID uuid8(String named) {
        try {
            var hash =
                    ByteBuffer.wrap(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(named.getBytes(StandardCharsets.UTF_8)));
            long high = (hash.getLong() & ~0xf000L) | 0x8000;
            long low = (hash.getLong() >>> 2) | 0x8000_0000_0000_0000L;
            return new UUID(high, low);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Names a purge of a queue; no job has such an id. */
    public static JobId forPurge(Clock clock) {
        return new JobId(PURGE_PREFIX + uuid7(clock.millis()) + ending(DEFAULT_SUFFIX));
    }

    /** Whether the key of a record is such a name. */
    public static boolean isPurge(String key) {
        return key.startsWith(PURGE_PREFIX);
    }

    public boolean isSync() {
        return value.startsWith(SYNC_PREFIX);
    }

    /** When the id was made; empty for an id of another origin. */
    public Optional<Instant> createdAt() {
        int start = isSync() ? SYNC_PREFIX.length() : 0;
        if (value.length() < start + UUID_LENGTH) {
            return Optional.empty();
        }
        try {
            UUID uuid = UUID.fromString(value.substring(start, start + UUID_LENGTH));
            return uuid.version() == 7
                    ? Optional.of(Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> 16))
                    : Optional.empty();
        } catch (IllegalArgumentException notAUuid) {
            return Optional.empty();
        }
    }

    /** RFC 9562, section 5.7: 48 bits of milliseconds, then random bits. */
    private static UUID uuid7(long epochMillis) {
        long high = (epochMillis << 16) | 0x7000 | RANDOM.nextInt(0x1000);
        long low = (RANDOM.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    @Override
    public String toString() {
        return value;
    }
}
