package io.heritage.gateway.media;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.gateway.call.RequestHead;
import io.heritage.gateway.connection.BodyStream;
import io.heritage.gateway.error.FailureReply;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.schemas.StoredMedia;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code PUT} and {@code GET /ENDPOINT/media[/REFERENCE]}: the headers and the answer. */
public final class MediaOperation {
    static final String SHA_256 = "X-Heritage-SHA-256";

    private static final String UNKNOWN_TYPE = "application/octet-stream";

    /** Types that clients send by default. */
    private static final Set<String> NO_MEDIA_TYPES =
            Set.of("application/x-www-form-urlencoded", "application/json", "text/plain");

    private final MediaUploads uploads;
    private final StoredMediaIndex index;

    public MediaOperation(MediaUploads uploads, StoredMediaIndex index) {
        this.uploads = uploads;
        this.index = index;
    }

    public void put(
            Optional<String> reference,
            String owner,
            ServerRequest request,
            ServerResponse response,
            BodyStream body)
            throws IOException {
        StoredMedia before = reference.isPresent() ? find(owner, reference.get()) : null;
        Optional<ContentRange> range =
                ContentRange.parse(RequestHead.field(request, HeaderNames.CONTENT_RANGE));
        Optional<ExpectedHash> all =
                ExpectedHash.ofHex(SHA_256, RequestHead.field(request, HeaderNames.create(SHA_256)))
                        .or(() -> digest(request, "Repr-Digest"));
        MediaUploads.Stored stored =
                uploads.store(
                        new MediaUploads.Piece(
                                owner,
                                before,
                                mediaType(request, before),
                                range,
                                digest(request, "Content-Digest"),
                                all),
                        body,
                        body.declaredLength());
        send(stored.reference().text(), stored.media(), response);
    }

    /** Handles a form of a web page. */
    public void post(String owner, ServerRequest request, ServerResponse response, BodyStream body)
            throws IOException {
        String form =
                Objects.requireNonNullElse(
                        RequestHead.field(request, HeaderNames.CONTENT_TYPE), "");
        if (!FormFile.isForm(form)) {
            throw HttpFailure.badRequest(
                    "POST media takes multipart/form-data; send other bytes with PUT");
        }
        FormFile file = FormFile.open(body, form);
        MediaUploads.Stored stored =
                uploads.store(
                        new MediaUploads.Piece(
                                owner,
                                null,
                                mediaType(file.mediaType()),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        file,
                        body.declaredLength());
        send(stored.reference().text(), stored.media(), response);
    }

    /** Answers with the state of an upload. */
    public void get(String reference, String owner, ServerRequest request, ServerResponse response)
            throws IOException {
        StoredMedia found = find(owner, reference);
        String text = MediaReference.parse(reference).orElseThrow().text();
        if (RequestHead.isHead(request)) {
            response.header(HeaderNames.CONTENT_TYPE, FailureReply.JSON);
            response.headers().contentLength(json(text, found).length);
            response.send();
        } else {
            send(text, found, response);
        }
    }

    private StoredMedia find(String owner, String reference) throws IOException {
        return index.find(owner, reference)
                .orElseThrow(() -> HttpFailure.notFound("media not found"));
    }

    private void send(String reference, StoredMedia media, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, FailureReply.JSON);
        response.send(json(reference, media));
    }

    private byte[] json(String reference, StoredMedia media) {
        ObjectNode json =
                Wire.json()
                        .createObjectNode()
                        .put("media_ref", reference)
                        .put("bytes", media.bytes())
                        .put("complete", media.isComplete())
                        .put("media_type", media.mediaType())
                        .put(
                                "expires_at",
                                index.keptUntil(media).truncatedTo(ChronoUnit.SECONDS).toString());
        if (media.total() != null) {
            json.put("total", media.total());
        }
        if (media.isComplete() && !media.sha256().isEmpty()) {
            json.put("sha256", media.sha256());
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String mediaType(ServerRequest request, @Nullable StoredMedia before) {
        if (before != null) {
            return before.mediaType();
        }
        return mediaType(
                Objects.requireNonNullElse(
                        RequestHead.field(request, HeaderNames.CONTENT_TYPE), ""));
    }

    private static String mediaType(String contentType) {
        String bare = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return bare.matches("[a-z0-9.+*-]{1,64}/[a-z0-9.+*-]{1,64}")
                        && !NO_MEDIA_TYPES.contains(bare)
                ? bare
                : UNKNOWN_TYPE;
    }

    private static Optional<ExpectedHash> digest(ServerRequest request, String name) {
        return ExpectedHash.ofDigest(name, RequestHead.field(request, HeaderNames.create(name)));
    }
}
