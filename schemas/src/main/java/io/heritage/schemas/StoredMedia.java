package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Media that a client stored before any job uses them. The record is in {@code heritage.media}
 * beside the bytes; its place is the reference to the media. It never changes: a further piece
 * creates another record.
 *
 * @param owner whose keys may use them
 * @param begunAt when the first piece came; media are kept from then on
 * @param total expected bytes; null if the client has not announced them yet
 */
public record StoredMedia(
        String owner,
        Instant begunAt,
        @Nullable Long total,
        String sha256,
        String mediaType,
        List<MediaRef.Piece> pieces) {

    public StoredMedia {
        pieces = List.copyOf(pieces);
    }

    /** Bytes so far. */
    @JsonIgnore
    public long bytes() {
        return pieces.stream().mapToLong(MediaRef.Piece::bytes).sum();
    }

    @JsonIgnore
    public boolean isComplete() {
        return total != null && total == bytes();
    }

    /** With one more piece at the end. */
    public StoredMedia with(MediaRef.Piece piece, @Nullable Long newTotal) {
        List<MediaRef.Piece> more = new ArrayList<>(pieces);
        more.add(piece);
        return new StoredMedia(
                owner, begunAt, newTotal, more.size() == 1 ? piece.sha256() : "", mediaType, more);
    }

    /**
     * @param hash of all bytes, lower-case hexadecimal
     */
    public StoredMedia hashed(String hash) {
        return new StoredMedia(owner, begunAt, total, hash, mediaType, pieces);
    }

    /** All pieces as one. */
    public MediaRef media() {
        return pieces.size() == 1
                ? pieces.getFirst()
                : new MediaRef.Joined(pieces, sha256, mediaType);
    }
}
