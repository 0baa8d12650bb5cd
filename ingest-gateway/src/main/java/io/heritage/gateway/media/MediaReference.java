package io.heritage.gateway.media;

import io.heritage.schemas.MediaRef;
import io.heritage.transport.kafka.Topics;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * A client's reference to stored media: the place of their {@link io.heritage.schemas.StoredMedia
 * record}, and the record's hash. So no gateway has to remember it, and it cannot be forged: the
 * record must exist, and names its owner.
 *
 * @param record one chunk in {@code heritage.media}
 */
public record MediaReference(MediaRef.InKafka record) {
    public static final String SCHEME = "media:";

    /** Name of the part that holds the record; clients cannot choose names of parts. */
    public static final String PART = "stored-media";

    public static final String TYPE = "application/json";

    /** One chunk. */
    static final int MOST_BYTES = 500 << 10;

    private static final byte VERSION = 1;
    private static final int HASH_BYTES = 32;
    private static final int BYTES = 1 + 16 + 4 + 8 + 4 + HASH_BYTES;

    /** Whether a string has the form of a reference, not of a URL. */
    public static boolean isMeant(String text) {
        return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /** The text for clients, with its scheme. */
    public String text() {
        UUID key = UUID.fromString(record.key());
        byte[] bytes =
                ByteBuffer.allocate(BYTES)
                        .put(VERSION)
                        .putLong(key.getMostSignificantBits())
                        .putLong(key.getLeastSignificantBits())
                        .putInt(record.partition())
                        .putLong(record.firstOffset())
                        .putInt((int) record.bytes())
                        .put(HexFormat.of().parseHex(record.sha256()))
                        .array();
        return SCHEME + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * @param text with the scheme or without
     * @return empty if it is none of ours
     */
    public static Optional<MediaReference> parse(String text) {
        String bare = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(bare);
            return bytes.length == BYTES && bytes[0] == VERSION
                    ? Optional.of(read(ByteBuffer.wrap(bytes, 1, BYTES - 1)))
                    : Optional.empty();
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private static MediaReference read(ByteBuffer from) {
        String key = new UUID(from.getLong(), from.getLong()).toString();
        int partition = from.getInt();
        long offset = from.getLong();
        int bytes = from.getInt();
        byte[] hash = new byte[HASH_BYTES];
        from.get(hash);
        if (partition < 0 || offset < 0 || bytes > MOST_BYTES) {
            throw new IllegalArgumentException("no place in a topic");
        }
        return new MediaReference(
                new MediaRef.InKafka(
                        Topics.MEDIA,
                        partition,
                        offset,
                        offset,
                        key,
                        PART,
                        1,
                        bytes,
                        HexFormat.of().formatHex(hash),
                        TYPE));
    }
}
