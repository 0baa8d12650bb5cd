package io.heritage.gateway.submit;

import io.heritage.gateway.limit.BodyMemory;
import io.heritage.gateway.media.MediaTarget;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the body of {@code /run} and {@code /runsync} once. Media strings, those under the media
 * keys directly in {@code input}, are decoded into their target while they arrive; all else is
 * copied, with a {@link Payload#placeholder} in the place of each.
 *
 * <p>It checks only the grammar it needs; the copy must go through a real parser, which refuses the
 * rest.
 */
final class SubmissionScanner {

    /** Role of the value that is read next. */
    private enum ValueTarget {
        BODY,
        INPUT,
        MEDIA,
        ELSEWHERE
    }

    private static final int MAX_DEPTH = 100;

    private final Set<String> mediaKeys;
    private final JsonCopy copy;
    private final JsonLexer lexer;
    private final MediaStrings media;
    private final Set<String> seenMedia = new HashSet<>();
    private int depth;

    SubmissionScanner(
            InputStream in,
            Set<String> mediaKeys,
            MediaTarget target,
            int maxJsonBytes,
            BodyMemory.Lease memory) {
        this.mediaKeys = mediaKeys;
        this.copy = new JsonCopy(maxJsonBytes, mediaKeys, memory);
        this.lexer = new JsonLexer(in, copy);
        this.media = new MediaStrings(lexer, copy, mediaKeys, target);
    }

    /**
     * @return the body with placeholders; after a string that is no base64 ({@link #bad}) no
     *     further one is decoded
     * @throws InvalidInput if it is not JSON, too large without its media, or has bad media
     * @throws IOException if the body breaks off or the target fails
     */
    JsonCopy scan() throws IOException, InvalidInput {
        lexer.skipByteOrderMark();
        switch (lexer.blanks()) {
            case '{' -> object(ValueTarget.BODY);
            case -1 ->
                    throw new InvalidInput(
                            "the body is empty; expected a JSON object with the key input");
            case '[' ->
                    throw new InvalidInput(
                            "the body is a JSON array; expected an object with the key input");
            default ->
                    throw new InvalidInput(
                            "not JSON: expected an object with the key input, found "
                                    + lexer.found());
        }
        if (lexer.blanks() != -1) {
            throw lexer.unexpected("the end of the body");
        }
        return copy;
    }

    /** Media strings replaced so far. */
    int media() {
        return media.count();
    }

    /** Error of the first media string that is not base64. */
    Optional<BadBase64> bad() {
        return media.bad();
    }

    private void value(ValueTarget place, String name) throws IOException, InvalidInput {
        switch (lexer.peek()) {
            case '{' ->
                    object(place == ValueTarget.INPUT ? ValueTarget.INPUT : ValueTarget.ELSEWHERE);
            case '[' -> array(place, name);
            case '"' -> {
                if (place == ValueTarget.MEDIA) {
                    media.read(name);
                } else {
                    lexer.string();
                }
            }
            case -1, '}', ']', ',', ':' -> throw lexer.unexpected("a value");
            default -> lexer.scalar();
        }
    }

    private void object(ValueTarget place) throws IOException, InvalidInput {
        enter();
        if (lexer.blanks() == '}') {
            leave();
            return;
        }
        while (true) {
            if (lexer.peek() != '"') {
                throw lexer.unexpected("a key in double quotes");
            }
            String key = lexer.key();
            if (lexer.blanks() != ':') {
                throw lexer.unexpected("':' after a key");
            }
            lexer.pass();
            lexer.blanks();
            value(placeOf(place, key), key.strip());
            switch (lexer.blanks()) {
                case ',' -> {
                    lexer.pass();
                    lexer.blanks();
                }
                case '}' -> {
                    leave();
                    return;
                }
                default -> throw lexer.unexpected("',' or '}'");
            }
        }
    }

    private ValueTarget placeOf(ValueTarget within, String key) throws InvalidInput {
        if (within == ValueTarget.BODY && key.equals("input")) {
            return ValueTarget.INPUT;
        }
        if (within == ValueTarget.INPUT && mediaKeys.contains(key.strip())) {
            if (!seenMedia.add(key.strip())) {
                throw new InvalidInput(key.strip() + ": given twice");
            }
            return ValueTarget.MEDIA;
        }
        return ValueTarget.ELSEWHERE;
    }

    private void array(ValueTarget place, String name) throws IOException, InvalidInput {
        enter();
        if (lexer.blanks() == ']') {
            leave();
            return;
        }
        for (int index = 0; ; index++) {
            if (place == ValueTarget.MEDIA && lexer.peek() == '"') {
                media.read(name + "." + index);
            } else {
                value(ValueTarget.ELSEWHERE, name);
            }
            switch (lexer.blanks()) {
                case ',' -> {
                    lexer.pass();
                    lexer.blanks();
                }
                case ']' -> {
                    leave();
                    return;
                }
                default -> throw lexer.unexpected("',' or ']'");
            }
        }
    }

    private void enter() throws IOException, InvalidInput {
        if (++depth > MAX_DEPTH) {
            throw new InvalidInput("not acceptable JSON: nested deeper than " + MAX_DEPTH);
        }
        lexer.pass();
    }

    private void leave() throws IOException, InvalidInput {
        depth--;
        lexer.pass();
    }
}
