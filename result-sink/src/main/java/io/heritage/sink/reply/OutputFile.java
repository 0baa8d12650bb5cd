package io.heritage.sink.reply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.MediaRef;
import java.util.Set;

/** One piece of media of a result, as a file. */
public record OutputFile(MediaRef ref) {
    /** What our encoders make, and browsers show without running anything in it. */
    private static final Set<String> SHOWN =
            Set.of("image/png", "image/jpeg", "image/webp", "video/mp4", "video/webm");

    private static final String UNKNOWN = "application/octet-stream";

    /** The last part of the name under which the processor stored it: {@code 0007.png}. */
    public String name() {
        String part = ref.pieces().getFirst().part();
        return part.substring(part.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    }

    String type() {
        return isShown() ? ref.mediaType() : UNKNOWN;
    }

    boolean isShown() {
        return SHOWN.contains(ref.mediaType());
    }

    /** A strong validator: the bytes' own hash. */
    public String etag() {
        return '"' + ref.sha256() + '"';
    }

    public ObjectNode describe() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("filename", name())
                .put("type", ref.mediaType())
                .put("size", ref.bytes())
                .put("sha256", ref.sha256());
    }
}
