package io.heritage.sink.reply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.OutputFacts;
import java.util.Set;

/** One piece of media of a result, as a file. */
public record OutputFile(MediaRef ref) {
    /** What our encoders make, and browsers show without running anything in it. */
    private static final Set<String> SHOWN =
            Set.of("image/png", "image/jpeg", "image/webp", "video/mp4", "video/webm");

    private static final String UNKNOWN = "application/octet-stream";

    /** The last part of the name under which the processor stored it: {@code 0007.png}. */
    public String name() {
        return OutputFacts.fileName(ref);
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
        return OutputFacts.of(ref);
    }
}
