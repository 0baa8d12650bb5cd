package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** Location of the bytes of media, with length and hash. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "in")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MediaRef.InKafka.class, name = "kafka"),
    @JsonSubTypes.Type(value = MediaRef.InBucket.class, name = "bucket"),
    @JsonSubTypes.Type(value = MediaRef.Joined.class, name = "joined"),
})
public sealed interface MediaRef {

    long bytes();

    /**
     * SHA-256 of all bytes, lower-case hexadecimal; empty for {@link Joined} pieces that nobody
     * hashed as a whole.
     */
    String sha256();

    /** Media type such as {@code image/png}; {@code application/octet-stream} where unknown. */
    String mediaType();

    /** The pieces in order. */
    List<Piece> pieces();

    /** Bytes that were written at once, in one place. */
    sealed interface Piece extends MediaRef {
        /** Name of this piece in its upload, unique there. */
        String part();

        @Override
        @JsonIgnore
        default List<Piece> pieces() {
            return List.of(this);
        }
    }

    /**
     * Media that came in several pieces, one after the other. Each has a hash of its own.
     *
     * @param sha256 of all of them; empty if it is not known
     */
    record Joined(List<Piece> pieces, String sha256, String mediaType) implements MediaRef {
        public Joined {
            pieces = List.copyOf(pieces);
            if (pieces.isEmpty()) {
                throw new IllegalArgumentException("joined media have at least one piece");
            }
        }

        @Override
        @JsonIgnore
        public long bytes() {
            return pieces.stream().mapToLong(Piece::bytes).sum();
        }
    }

    /**
     * Chunks in one partition of a media topic. A reader seeks to {@code firstOffset}, keeps
     * records with {@code key} whose header names {@code part}, up to {@code lastOffset}, and
     * checks count and hash; other uploads may lie in between.
     *
     * @param key record key of every chunk
     * @param part name of this piece under the key, unique there
     * @param lastOffset of the last chunk, inclusive
     */
    record InKafka(
            String topic,
            int partition,
            long firstOffset,
            long lastOffset,
            String key,
            String part,
            int chunks,
            long bytes,
            String sha256,
            String mediaType)
            implements Piece {
        public InKafka {
            if (firstOffset > lastOffset || chunks < 1 || bytes < 0) {
                throw new IllegalArgumentException(
                        "media reference %s/%s: offsets %d to %d, %d chunks, %d bytes"
                                .formatted(key, part, firstOffset, lastOffset, chunks, bytes));
            }
        }
    }

    /**
     * An object in the bucket of the installation, for media that are too large for Kafka's disks.
     *
     * @param object its key in the bucket
     * @param part name of this piece in its upload, unique there
     */
    record InBucket(String object, String part, long bytes, String sha256, String mediaType)
            implements Piece {
        public InBucket {
            if (object.isEmpty() || bytes < 1) {
                throw new IllegalArgumentException(
                        "media reference to the object '%s' of %d bytes".formatted(object, bytes));
            }
        }
    }
}
