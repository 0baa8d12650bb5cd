package io.heritage.gateway.media;

import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.JobId;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.StoredMedia;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Resolves media that a request names by URL or reference. Any thread. */
public final class NamedMedia {
    private final StoredMediaIndex index;
    private final UrlMedia urls;

    public NamedMedia(StoredMediaIndex index, UrlMedia urls) {
        this.index = index;
        this.urls = urls;
    }

    /**
     * @param media in the order of their placeholders
     * @param keptUntil when the first of them may be deleted; empty if all have come with the
     *     request
     */
    public record Resolved(List<MediaRef> media, Optional<Instant> keptUntil) {}

    /**
     * Fetches media named by URL, and looks up the others.
     *
     * @param owner whose media they have to be
     * @param id key of the chunks of what is fetched
     * @throws InvalidInput if a name cannot be resolved
     */
    public Resolved find(String owner, JobId id, List<SubmittedMedia> submitted)
            throws IOException, InvalidInput {
        var media = new ArrayList<MediaRef>();
        Optional<Instant> keptUntil = Optional.empty();
        for (SubmittedMedia one : submitted) {
            switch (one) {
                case SubmittedMedia.Durable(MediaRef ref) -> media.add(ref);
                case SubmittedMedia.Named(String field, String text)
                        when MediaReference.isMeant(text) -> {
                    StoredMedia found = stored(owner, field, text);
                    media.add(found.media());
                    Instant kept = index.keptUntil(found);
                    keptUntil =
                            Optional.of(
                                    keptUntil.filter(other -> other.isBefore(kept)).orElse(kept));
                }
                case SubmittedMedia.Named(String field, String url) ->
                        media.add(urls.fetch(owner, id.value(), field, url));
            }
        }
        return new Resolved(media, keptUntil);
    }

    private StoredMedia stored(String owner, String field, String text)
            throws IOException, InvalidInput {
        String bare = text.substring(MediaReference.SCHEME.length());
        StoredMedia found =
                index.find(owner, bare)
                        .orElseThrow(() ->
                                new InvalidInput(
                                        field
                                                + ": no media of this key are stored under this reference, or no longer; store them again with PUT"));
        if (!found.isComplete()) {
            throw new InvalidInput(
                    "%s: the upload is not complete, %d%s bytes are stored"
                            .formatted(
                                    field,
                                    found.bytes(),
                                    found.total() == null ? "" : " of " + found.total()));
        }
        return found;
    }
}
