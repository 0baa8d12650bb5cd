package io.heritage.gateway.submit;

import io.heritage.gateway.media.MediaTarget;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The media strings of one body: each is decoded into its target while it arrives, and a
 * placeholder stands in its place in the copy. After one that is no base64 ({@link #bad}) no
 * further one is decoded.
 */
final class MediaStrings {
    private static final int MAX_MEDIA = 64;

    /** Replaces a string that is not base64; no input check accepts it as media. */
    private static final String NOT_BASE64 = "\"not base64\"";

    private final JsonLexer lexer;
    private final JsonCopy copy;
    private final Set<String> mediaKeys;
    private final MediaTarget target;
    private final Base64Text.Space space = new Base64Text.Space();
    private int count;
    private @Nullable BadBase64 bad;

    MediaStrings(JsonLexer lexer, JsonCopy copy, Set<String> mediaKeys, MediaTarget target) {
        this.lexer = lexer;
        this.copy = copy;
        this.mediaKeys = mediaKeys;
        this.target = target;
    }

    /** Media strings replaced so far. */
    int count() {
        return count;
    }

    /** Error of the first string that is not base64. */
    Optional<BadBase64> bad() {
        return Optional.ofNullable(bad);
    }

    /**
     * Reads a string from its opening quotation mark.
     *
     * @param name the key, with {@code .INDEX} for an element of an array; unique
     */
    void read(String name) throws IOException, InvalidInput {
        if (count == MAX_MEDIA) {
            throw new InvalidInput("more than " + MAX_MEDIA + " media in one request");
        }
        lexer.skip();
        String replacement = NOT_BASE64;
        if (bad == null) {
            var text = new Base64Text(name, urlKey(name), type -> target.begin(name, type), space);
            try {
                decode(name, text);
                replacement = finished(name, text);
            } catch (BadBase64 problem) {
                bad = problem;
                if (text.begun()) {
                    target.drop();
                }
            }
        }
        if (bad != null) {
            passOver(name);
        }
        lexer.skip();
        copy.replace(replacement, lexer.position());
    }

    /**
     * The field that says in its name that it takes URLs, or the same one, which takes them too.
     */
    private String urlKey(String name) {
        String field = name.replaceFirst("[.][0-9]+$", "");
        String named = field.replaceFirst("_base64$", "") + "_url";
        return mediaKeys.contains(named) ? named : field;
    }

    /** Placeholder for a string that is media or names them. */
    private String finished(String name, Base64Text text) throws IOException, BadBase64 {
        boolean held = text.finish();
        Optional<String> reference = text.reference();
        if (reference.isPresent()) {
            target.named(name, reference.get());
            return Wire.text(Payload.placeholder(count++, reference.get()));
        }
        return held ? Wire.text(Payload.placeholder(count++)) : "\"\"";
    }

    /** Reads to the closing quotation mark. */
    private void decode(String name, Base64Text text) throws IOException, InvalidInput, BadBase64 {
        while (true) {
            int plain = lexer.plain(name);
            if (plain > 0) {
                lexer.give(plain, text);
                continue;
            }
            int c = lexer.peek();
            if (c == '"') {
                return;
            } else if (c == '\\') {
                text.take(lexer.escaped());
            } else {
                text.take((char) c);
                lexer.skip();
            }
        }
    }

    /** As {@link #decode}, for a string that is not base64 or comes after one. */
    private void passOver(String name) throws IOException, InvalidInput {
        while (true) {
            int plain = lexer.plain(name);
            if (plain > 0) {
                lexer.skip(plain);
                continue;
            }
            int c = lexer.peek();
            if (c == '"') {
                return;
            } else if (c == '\\') {
                lexer.escaped();
            } else {
                lexer.skip();
            }
        }
    }
}
