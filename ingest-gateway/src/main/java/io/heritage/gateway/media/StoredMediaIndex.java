package io.heritage.gateway.media;

import io.heritage.schemas.MediaRef;
import io.heritage.schemas.StoredMedia;
import io.heritage.schemas.Wire;
import io.heritage.transport.media.MediaLost;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Resolves references of stored media. Any thread. */
public final class StoredMediaIndex {
    private final MediaStore store;
    private final Clock clock;

    public StoredMediaIndex(MediaStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * @param owner whose media they have to be
     * @param reference as the client wrote it
     * @return empty if there are none, of this owner, any more
     */
    Optional<StoredMedia> find(String owner, String reference) throws IOException {
        Optional<MediaReference> parsed = MediaReference.parse(reference);
        if (parsed.isEmpty() || !store.keeps(parsed.get().record())) {
            return Optional.empty(); // a forged one may name a place that does not exist
        }
        try (InputStream in = store.open(parsed.get().record())) {
            StoredMedia found = Wire.decode(in.readAllBytes(), StoredMedia.class);
            return found.owner().equals(owner) && isKept(found)
                    ? Optional.of(found)
                    : Optional.empty();
        } catch (MediaLost gone) {
            return Optional.empty();
        }
    }

    /** Time from which they may be deleted. */
    Instant keptUntil(StoredMedia media) {
        return media.begunAt().plus(store.kept());
    }

    private boolean isKept(StoredMedia media) {
        return clock.instant().isBefore(keptUntil(media))
                && media.pieces().stream().allMatch(this::isKept);
    }

    private boolean isKept(MediaRef.Piece piece) {
        return store.keeps(piece);
    }
}
