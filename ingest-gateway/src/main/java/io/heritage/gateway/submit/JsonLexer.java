package io.heritage.gateway.submit;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;

/**
 * The characters and tokens of a JSON text, from a buffer of fixed size. What is passed goes into
 * the copy; what is skipped does not. Error positions count bytes of the text from 0.
 */
final class JsonLexer {
    private static final int BUFFER = 64 << 10;
    private static final int MAX_KEY_BYTES = 512;

    private final InputStream in;
    private final JsonCopy copy;
    private final byte[] buffer = new byte[BUFFER];
    private int next;
    private int limit;
    private long bufferStart;
    private long line = 1;

    JsonLexer(InputStream in, JsonCopy copy) {
        this.in = in;
        this.copy = copy;
    }

    /** The next byte, 0 to 255, or -1 at the end of the text. */
    int peek() throws IOException {
        return next < limit || fill() ? buffer[next] & 0xff : -1;
    }

    /** Copies the byte that {@link #peek} showed. */
    void pass() throws InvalidInput {
        copy.append(buffer, next, next + 1);
        next++;
    }

    /** Leaves out the byte that {@link #peek} showed. */
    void skip() {
        next++;
    }

    /** Copies blanks. Returns what follows them, or -1 at the end of the text. */
    int blanks() throws IOException, InvalidInput {
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

    void skipByteOrderMark() throws IOException {
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

    /** Copies a number or a literal, up to a character that may follow a value. */
    void scalar() throws IOException, InvalidInput {
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
    String key() throws IOException, InvalidInput {
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

    /** Copies a string. */
    void string() throws IOException, InvalidInput {
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

    /**
     * Number of buffered bytes of a media string that need no unescaping; 0 if the next one is a
     * quotation mark, a backslash, a blank or {@code !}.
     *
     * @param name of the string
     */
    int plain(String name) throws IOException, InvalidInput {
        if (next == limit && !fill()) {
            throw unexpected("the end of the string " + name);
        }
        int stop = StringScan.special(buffer, next, limit);
        if (stop == next && buffer[stop] >= 0 && buffer[stop] < ' ') {
            throw unexpected("no line break inside " + name + "; 'base64 -w 0' writes it without");
        }
        return stop - next;
    }

    /** Passes bytes of a media string to the target; they are not copied. */
    void give(int plain, Base64Text text) throws IOException, BadBase64 {
        text.take(buffer, next, next + plain);
        next += plain;
    }

    /** Skips bytes of a media string. */
    void skip(int plain) {
        next += plain;
    }

    /** Skips an escape; returns its character. */
    char escaped() throws IOException, InvalidInput {
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

    /** The position of the next byte in the text. */
    long position() {
        return bufferStart + next;
    }

    InvalidInput unexpected(String expected) throws IOException {
        int found = peek();
        return new InvalidInput(
                found == -1
                        ? "the JSON ends too early, after %d bytes: expected %s"
                                .formatted(position(), expected)
                        : "not JSON: expected " + expected + ", found " + shown(found) + where());
    }

    /** The next byte and its place, for a message. */
    String found() throws IOException {
        return shown(peek()) + where();
    }

    private static String shown(int c) {
        return c > 0x20 && c < 0x7f ? "'" + (char) c + "'" : "byte 0x%02x".formatted(c);
    }

    private String where() {
        return " (line " + line + ", byte " + position() + ")";
    }

    private boolean fill() throws IOException {
        bufferStart += limit;
        next = 0;
        limit = Math.max(0, in.read(buffer, 0, BUFFER));
        return limit > 0;
    }
}
