package io.heritage.gateway.media;

import io.heritage.gateway.error.HttpFailure;
import io.heritage.gateway.limit.BodyMemory;
import io.heritage.gateway.limit.UploadTurns;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.StoredMedia;
import io.heritage.schemas.Wire;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stores media before a job uses them ({@code PUT /ENDPOINT/media}). Bytes go into chunks while
 * they arrive; when all are acknowledged, a record of them is written beside them, and its place is
 * the reference. A further piece makes a further record, so there is no upload that two requests
 * could both change.
 */
public final class MediaUploads {
    /** A record of this number of pieces fits into one chunk. */
    static final int MOST_PIECES = 1_000;

    private static final String MEDIA_PART = "media";
    private static final int BUFFER = 64 << 10;

    private final MediaStore store;
    private final UploadTurns turns;
    private final BodyMemory memory;
    private final Clock clock;

    public MediaUploads(MediaStore store, UploadTurns turns, BodyMemory memory, Clock clock) {
        this.store = store;
        this.turns = turns;
        this.memory = memory;
        this.clock = clock;
    }

    /**
     * One request's bytes.
     *
     * @param before what the request goes on with; null for a new upload
     * @param range where its bytes belong; empty if they are all there is
     * @param ofBody what their hash has to be
     * @param ofAll what the hash of all pieces has to be; checked with the last of them
     */
    record Piece(
            String owner,
            @Nullable StoredMedia before,
            String mediaType,
            Optional<ContentRange> range,
            Optional<ExpectedHash> ofBody,
            Optional<ExpectedHash> ofAll) {}

    /** Result of an upload request. */
    record Stored(MediaReference reference, StoredMedia media) {}

    /**
     * Returns when the bytes are durable.
     *
     * @param declared how many there are, at most; empty if the client does not tell
     * @throws HttpFailure 400 if they are not what the request said, 409 if they do not go on where
     *     the upload ended
     */
    Stored store(Piece piece, InputStream body, OptionalLong declared) throws IOException {
        check(piece);
        OptionalLong length = lengthOf(piece, declared);
        store.requireRoom(length.orElse(0));
        String key = UUID.randomUUID().toString();
        try (BodyMemory.Lease lease = memory.begin(piece.owner());
                var parts = new MediaParts(store, turns, lease.owner(), key, length.orElse(0))) {
            long written = copy(body, parts.begin(MEDIA_PART, piece.mediaType()));
            checkLength(piece, written);
            MediaRef.Piece stored = latest(parts);
            piece.ofBody().ifPresent(hash -> hash.check(stored.sha256()));
            StoredMedia media = checked(piece, joined(piece, stored));
            return new Stored(recorded(media, parts), media);
        }
    }

    private static void check(Piece piece) {
        StoredMedia before = piece.before();
        if (before != null && before.isComplete()) {
            throw conflict("the upload is complete; nothing can be added to it");
        }
        if (before != null && piece.range().isEmpty()) {
            throw HttpFailure.badRequest(
                    "Content-Range is missing: %d bytes are stored, continue with 'bytes %d-LAST/TOTAL'"
                            .formatted(before.bytes(), before.bytes()));
        }
        long stored = before == null ? 0 : before.bytes();
        long first = piece.range().map(ContentRange::first).orElse(0L);
        if (first != stored) {
            throw conflict(
                    "Content-Range begins with byte %d, but %d bytes are stored; continue with 'bytes %d-LAST/TOTAL'"
                            .formatted(first, stored, stored));
        }
        if (before != null && before.pieces().size() == MOST_PIECES) {
            throw HttpFailure.badRequest(
                    "more than %d pieces; send larger ones".formatted(MOST_PIECES));
        }
        OptionalLong total = piece.range().map(ContentRange::total).orElse(OptionalLong.empty());
        if (before != null
                && before.total() != null
                && total.isPresent()
                && total.getAsLong() != before.total()) {
            throw HttpFailure.badRequest(
                    "Content-Range: a total of %d bytes, but an earlier piece said %d"
                            .formatted(total.getAsLong(), before.total()));
        }
    }

    private static HttpFailure conflict(String message) {
        return new HttpFailure(409, message, Map.of());
    }

    private static OptionalLong lengthOf(Piece piece, OptionalLong declared) {
        return piece.range().isPresent() ? OptionalLong.of(piece.range().get().length()) : declared;
    }

    private static long copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long bytes = 0;
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            bytes += read;
        }
        if (bytes > 0) {
            to.close();
        }
        return bytes;
    }

    private static void checkLength(Piece piece, long written) {
        if (written == 0) {
            throw HttpFailure.badRequest("the body is empty; expected the bytes of the media");
        }
        if (piece.range().isPresent() && piece.range().get().length() != written) {
            throw HttpFailure.badRequest(
                    "Content-Range names %d bytes, the body has %d"
                            .formatted(piece.range().get().length(), written));
        }
    }

    private StoredMedia joined(Piece piece, MediaRef.Piece stored) {
        StoredMedia before = piece.before();
        if (before == null) {
            before =
                    new StoredMedia(
                            piece.owner(), clock.instant(), null, "", piece.mediaType(), List.of());
        }
        Long total =
                piece.range().isEmpty()
                        ? Long.valueOf(stored.bytes())
                        : piece.range().get().total().isPresent()
                                ? Long.valueOf(piece.range().get().total().getAsLong())
                                : before.total();
        return before.with(stored, total);
    }

    /** The hash of several pieces requires that all are read again. */
    private StoredMedia checked(Piece piece, StoredMedia media) throws IOException {
        if (!media.isComplete() || piece.ofAll().isEmpty()) {
            return media;
        }
        String found = media.sha256().isEmpty() ? hashOf(media.media()) : media.sha256();
        piece.ofAll().get().check(found);
        return media.hashed(found);
    }

    private String hashOf(MediaRef media) throws IOException {
        try (InputStream in = store.open(media)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static MediaReference recorded(StoredMedia media, MediaParts parts) throws IOException {
        byte[] record = Wire.encode(media);
        try (OutputStream out = parts.begin(MediaReference.PART, MediaReference.TYPE)) {
            out.write(record);
        }
        return switch (latest(parts)) {
            case MediaRef.InKafka place -> new MediaReference(place);
            case MediaRef.InBucket _ ->
                    throw new IllegalStateException("a record of media is small");
        };
    }

    /** Parts that were written here are in one piece. */
    static MediaRef.Piece latest(MediaParts parts) {
        return switch (parts.durable().getLast()) {
            case SubmittedMedia.Durable(MediaRef.Piece ref) -> ref;
            case SubmittedMedia.Durable _, SubmittedMedia.Named _ ->
                    throw new IllegalStateException("a part that was not written as one");
        };
    }
}
