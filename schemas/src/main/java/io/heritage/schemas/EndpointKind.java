package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;

/** The two services an endpoint can offer; an installation may have several endpoints of a kind. */
public enum EndpointKind {
    RESTORE,
    INTERPOLATE;

    /**
     * Keys directly under {@code input} whose strings (or arrays of strings) are media: in base64,
     * as a URL, or by reference. The gateway moves them out of the JSON while they arrive, see
     * {@link Payload}.
     */
    public Set<String> mediaKeys() {
        return switch (this) {
            case RESTORE -> RestoreInput.MEDIA_KEYS;
            case INTERPOLATE -> InterpolateInput.MEDIA_KEYS;
        };
    }

    /** All known keys directly under {@code input}. */
    public Set<String> fields() {
        return switch (this) {
            case RESTORE -> RestoreInput.FIELDS;
            case INTERPOLATE -> InterpolateInput.FIELDS;
        };
    }

    public ReplyShape defaultReply() {
        return switch (this) {
            case RESTORE -> ReplyShape.BOTH;
            case INTERPOLATE -> ReplyShape.ENVELOPE;
        };
    }

    /**
     * Checks everything about an input except its media.
     *
     * @param input with media already replaced by {@link Payload placeholders}
     */
    public void check(ObjectNode input) throws InvalidInput {
        switch (this) {
            case RESTORE -> RestoreInput.parse(input);
            case INTERPOLATE -> InterpolateInput.parse(input);
        }
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
