package io.heritage.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of {@code /run} and {@code /runsync} once, from a buffer of fixed size. Media
 * strings, those under the media keys directly in {@code input}, are decoded into their target
 * while they arrive; all else is copied, with a {@link Payload#placeholder} in the place of each.
 *
 * <p>It checks only the grammar it needs; the copy must go through a real parser, which refuses the
 * rest. Error positions count bytes of the body from 0.
 */
final class SubmissionScanner {

    /** Where media go. */
    interface MediaTarget {
        /**
         * @param name the key, with {@code .INDEX} for an element of an array; unique
         */
        OutputStream begin(String name, String mediaType) throws IOException;

        /**
         * A string that names media.
         *
         * @param text a URL or a {@link MediaReference}
         */
        void named(String name, String text);

        /** The one begun last is no base64: what was written of it is not media. */
        void drop();
    }

    /** What the value is about to be read as. */
    private enum ValueTarget {
        BODY,
        INPUT,
        MEDIA,
        ELSEWHERE
    }

    private static final int BUFFER = 64 << 10;
    private static final int MAX_KEY_BYTES = 512;
    private static final int MAX_DEPTH = 100;
    private static final int MAX_MEDIA = 64;

    /** Stands where a string was that is no base64; no input check takes it for media. */
    private static final String NOT_BASE64 = "\"not base64\"";

    private final InputStream in;
    private final Set<String> mediaKeys;
    private final MediaTarget target;
    private final JsonCopy copy;
    private final byte[] buffer = new byte[BUFFER];
    private final Base64Text.Space space = new Base64Text.Space();
    private final Set<String> seenMedia = new HashSet<>();
    private int next;
    private int limit;
    private long bufferStart;
    private long line = 1;
    private int depth;
    private int media;
    private @Nullable BadBase64 bad;

    SubmissionScanner(
            InputStream in,
            Set<String> mediaKeys,
            MediaTarget target,
            int maxJsonBytes,
            BodyMemory.Lease memory) {
        this.in = in;
        this.mediaKeys = mediaKeys;
        this.target = target;
        this.copy = new JsonCopy(maxJsonBytes, mediaKeys, memory);
    }

    /**
     * @return the body with placeholders; after a string that is no base64 ({@link #bad}) no
     *     further one is decoded
     * @throws InvalidInput if it is not JSON, too large without its media, or has bad media
     * @throws IOException if the body breaks off or the target fails
     */
    JsonCopy scan() throws IOException, InvalidInput {
        skipByteOrderMark();
        switch (blanks()) {
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
                                    + shown(peek())
                                    + where());
        }
        if (blanks() != -1) {
            throw unexpected("the end of the body");
        }
        return copy;
    }

    /** Media strings replaced so far. */
    int media() {
        return media;
    }

    /** What is wrong with the first media string that is no base64. */
    Optional<BadBase64> bad() {
        return Optional.ofNullable(bad);
    }

    private void value(ValueTarget place, String name) throws IOException, InvalidInput {
        switch (peek()) {
            case '{' ->
                    object(place == ValueTarget.INPUT ? ValueTarget.INPUT : ValueTarget.ELSEWHERE);
            case '[' -> array(place, name);
            case '"' -> {
                if (place == ValueTarget.MEDIA) {
                    mediaString(name);
                } else {
                    string();
                }
            }
            case -1, '}', ']', ',', ':' -> throw unexpected("a value");
            default -> scalar();
        }
    }

    private void object(ValueTarget place) throws IOException, InvalidInput {
        enter();
        if (blanks() == '}') {
            leave();
            return;
        }
        while (true) {
            if (peek() != '"') {
                throw unexpected("a key in double quotes");
            }
            String key = key();
            if (blanks() != ':') {
                throw unexpected("':' after a key");
            }
            pass();
            blanks();
            value(placeOf(place, key), key.strip());
            switch (blanks()) {
                case ',' -> {
                    pass();
                    blanks();
                }
                case '}' -> {
                    leave();
                    return;
                }
                default -> throw unexpected("',' or '}'");
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
        if (blanks() == ']') {
            leave();
            return;
        }
        for (int index = 0; ; index++) {
            if (place == ValueTarget.MEDIA && peek() == '"') {
                mediaString(name + "." + index);
            } else {
                value(ValueTarget.ELSEWHERE, name);
            }
            switch (blanks()) {
                case ',' -> {
                    pass();
                    blanks();
                }
                case ']' -> {
                    leave();
                    return;
                }
                default -> throw unexpected("',' or ']'");
            }
        }
    }

    private void enter() throws IOException, InvalidInput {
        if (++depth > MAX_DEPTH) {
            throw new InvalidInput("not acceptable JSON: nested deeper than " + MAX_DEPTH);
        }
        pass();
    }

    private void leave() throws IOException, InvalidInput {
        depth--;
        pass();
    }

    /** A number or a word: everything up to what may follow a value. */
    private void scalar() throws IOException, InvalidInput {
        int c = peek();
        while (c != -1 && c != ',' && c != '}' && c != ']' && !isBlank(c)) {
            if (c == '"' || c == '{' || c == '[' || c == ':') {
                throw unexpected("',' or the end of the object or array");
            }
            pass();
            c = peek();
        }
    }

    /** A key: copied, and returned without its escapes; a very long one is no key of ours. */
    private String key() throws IOException, InvalidInput {
        int start = copy.size();
        string();
        if (copy.size() - start > MAX_KEY_BYTES) {
            return "";
        }
        String quoted = copy.textFrom(start);
        if (quoted.indexOf('\\') < 0) {
            return quoted.substring(1, quoted.length() - 1);
        }
        try {
            return Wire.json().readValue(quoted, String.class);
        } catch (JsonProcessingException badEscape) {
            throw new InvalidInput("not JSON: a bad escape in a key" + where(), badEscape);
        }
    }

    private void string() throws IOException, InvalidInput {
        pass();
        while (true) {
            if (next == limit && !fill()) {
                throw unexpected("the end of a string");
            }
            int stop = StringScan.special(buffer, next, limit);
            copy.append(buffer, next, stop);
            next = stop;
            if (stop == limit) {
                continue;
            }
            switch (buffer[stop]) {
                case '"' -> {
                    pass();
                    return;
                }
                case '\\' -> {
                    pass();
                    if (peek() < 0x20) {
                        throw unexpected("an escaped character");
                    }
                    pass();
                }
                case ' ', '!' -> pass();
                default -> throw unexpected("no control character in a string; escape it");
            }
        }
    }

    private void mediaString(String name) throws IOException, InvalidInput {
        if (media == MAX_MEDIA) {
            throw new InvalidInput("more than " + MAX_MEDIA + " media in one request");
        }
        next++;
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
        next++;
        copy.replace(replacement, position());
    }

    /**
     * The field that says in its name that it takes URLs, or the same one, which takes them too.
     */
    private String urlKey(String name) {
        String field = name.replaceFirst("[.][0-9]+$", "");
        String named = field.replaceFirst("_base64$", "") + "_url";
        return mediaKeys.contains(named) ? named : field;
    }

    /** What stands in the place of a string that is media or names them. */
    private String finished(String name, Base64Text text) throws IOException, BadBase64 {
        boolean held = text.finish();
        Optional<String> reference = text.reference();
        if (reference.isPresent()) {
            target.named(name, reference.get());
            return Payload.placeholder(media++, reference.get()).toString();
        }
        return held ? Payload.placeholder(media++).toString() : "\"\"";
    }

    /** Up to the quotation mark that ends the string. */
    private void decode(String name, Base64Text text) throws IOException, InvalidInput, BadBase64 {
        while (true) {
            int stop = special(name);
            if (stop > next) {
                text.take(buffer, next, stop);
                next = stop;
                continue;
            }
            byte c = buffer[next];
            if (c == '"') {
                return;
            } else if (c == '\\') {
                text.take(escaped());
            } else {
                text.take((char) c);
                next++;
            }
        }
    }

    /** As {@link #decode}, of a string that is no base64 or comes after one. */
    private void passOver(String name) throws IOException, InvalidInput {
        while (true) {
            next = special(name);
            if (next == limit) {
                continue;
            }
            byte c = buffer[next];
            if (c == '"') {
                return;
            } else if (c == '\\') {
                escaped();
            } else {
                next++;
            }
        }
    }

    /** Where the next character stands that is not simply one of base64, or the buffer's end. */
    private int special(String name) throws IOException, InvalidInput {
        if (next == limit && !fill()) {
            throw unexpected("the end of the string " + name);
        }
        int stop = StringScan.special(buffer, next, limit);
        if (stop == next && buffer[stop] >= 0 && buffer[stop] < ' ') {
            throw unexpected("no line break inside " + name + "; 'base64 -w 0' writes it without");
        }
        return stop;
    }

    private char escaped() throws IOException, InvalidInput {
        next++;
        int c = peek();
        next++;
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            default -> {
                next--;
                throw unexpected("an escape such as \\n, \\/ or \\u002b");
            }
        };
    }

    private char unicode() throws IOException, InvalidInput {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw unexpected("four hex digits after \\u");
            }
            code = code << 4 | digit;
            next++;
        }
        return (char) code;
    }

    /** Copies blanks. Returns what follows them, or -1 at the end of the body. */
    private int blanks() throws IOException, InvalidInput {
        int c = peek();
        while (isBlank(c)) {
            line += c == '\n' ? 1 : 0;
            pass();
            c = peek();
        }
        return c;
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    private void skipByteOrderMark() throws IOException {
        if (peek() == 0xef) {
            next++;
            for (int expected : new int[] {0xbb, 0xbf}) {
                if (peek() == expected) {
                    next++;
                }
            }
            copy.startsAt(position());
        }
    }

    /** Copies the byte that {@link #peek} showed. */
    private void pass() throws InvalidInput {
        copy.append(buffer, next, next + 1);
        next++;
    }

    /** The next byte, 0 to 255, or -1 at the end of the body. */
    private int peek() throws IOException {
        return next < limit || fill() ? buffer[next] & 0xff : -1;
    }

    private boolean fill() throws IOException {
        bufferStart += limit;
        next = 0;
        limit = Math.max(0, in.read(buffer, 0, BUFFER));
        return limit > 0;
    }

    private long position() {
        return bufferStart + next;
    }

    private InvalidInput unexpected(String expected) throws IOException {
        int found = peek();
        return new InvalidInput(
                found == -1
                        ? "the JSON ends too early, after %d bytes: expected %s"
                                .formatted(position(), expected)
                        : "not JSON: expected " + expected + ", found " + shown(found) + where());
    }

    private static String shown(int c) {
        return c > 0x20 && c < 0x7f ? "'" + (char) c + "'" : "byte 0x%02x".formatted(c);
    }

    private String where() {
        return " (line " + line + ", byte " + position() + ")";
    }
}
