package io.heritage.gateway.submit;

import io.heritage.gateway.media.MediaReference;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one media string while it arrives. Takes both base64 alphabets, padded or not, blanks and
 * line breaks anywhere, and a data URL's head before it. A string that begins with another scheme
 * names media instead ({@link #reference}).
 *
 * <p>Characters are gathered in blocks of a fixed size, since the JDK decodes arrays with vector
 * instructions. A block whose decoding fails is checked again by {@link #mend}: it may be in the
 * other alphabet, else the position of its bad character is determined.
 */
final class Base64Text {

    /** Receives the decoded bytes; opened at the first character of base64. */
    interface DecodedTarget {
        OutputStream begin(String mediaType) throws IOException;
    }

    private static final String UNKNOWN_TYPE = "application/octet-stream";
    private static final String DATA = "data:";

    /** Prefixes of strings that name media; base64 has no colon. */
    private static final List<String> REFERENCES =
            List.of("http://", "https://", MediaReference.SCHEME);

    private static final int MAX_HEAD = 1024;
    private static final int LONGEST_SCHEME = 16;
    private static final int MAX_REFERENCE = 4096;
    private static final int BLOCK = 64 << 10;
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private final String key;
    private final String urlKey;
    private final DecodedTarget target;
    private final byte[] block;
    private final byte[] decoded;
    private int filled;

    /** Characters of the JSON string so far, blanks included. */
    private long position;

    /** Runs of the block that are contiguous in the string: the start of each in both. */
    private int[] runStarts = new int[16];

    private long[] runPositions = new long[16];
    private int runs;

    private @Nullable StringBuilder head = new StringBuilder();
    private @Nullable StringBuilder reference;
    private String mediaType = UNKNOWN_TYPE;
    private Base64.Decoder decoder = Base64.getDecoder();
    private boolean padded;
    private @Nullable OutputStream out;

    /**
     * @param key named in error messages
     * @param urlKey where a URL goes, for messages
     * @param space reused by all strings of one request
     */
    Base64Text(String key, String urlKey, DecodedTarget target, Space space) {
        this.key = key;
        this.urlKey = urlKey;
        this.target = target;
        this.block = space.block;
        this.decoded = space.decoded;
    }

    /** A block of characters and its bytes. */
    static final class Space {
        private final byte[] block = new byte[BLOCK];
        private final byte[] decoded = new byte[BLOCK / 4 * 3];
    }

    /** Whether a string is the name of media and not the media itself. */
    static boolean namesMedia(String text) {
        return text.length() <= MAX_REFERENCE
                && text.chars().allMatch(c -> c >= ' ' && c < 0x7f)
                && REFERENCES.stream()
                        .anyMatch(
                                scheme -> text.regionMatches(true, 0, scheme, 0, scheme.length()));
    }

    /** Characters of the string, none of them white space. */
    void take(byte[] from, int start, int end) throws IOException, BadBase64 {
        int next = start;
        while (head != null && next < end) {
            takeHead((char) (from[next++] & 0xff));
        }
        while (reference != null && next < end) {
            takeReference((char) (from[next++] & 0xff));
        }
        while (next < end) {
            int count = Math.min(end - next, BLOCK - filled);
            markRun();
            System.arraycopy(from, next, block, filled, count);
            filled += count;
            position += count;
            next += count;
            if (filled == BLOCK) {
                decodeBlock();
            }
        }
    }

    /** A single character, such as from an escape. */
    void take(char c) throws IOException, BadBase64 {
        if (reference != null) {
            takeReference(c);
        } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            if (head != null && head.length() > 0) {
                takeHead(c);
            } else {
                position++;
            }
        } else if (head != null) {
            takeHead(c);
        } else if (c >= 0x80) {
            throw invalid(position, c);
        } else {
            takeBase64((byte) c);
        }
    }

    /**
     * Ends the string.
     *
     * @return whether it held media; an empty string does not
     */
    boolean finish() throws IOException, BadBase64 {
        if (head != null) {
            releaseHead();
        }
        if (filled > 0) {
            decodeRest();
        }
        if (out == null) {
            return false;
        }
        out.close();
        return true;
    }

    /** The string if it names media, by URL or reference; known at its end. */
    Optional<String> reference() {
        return Optional.ofNullable(reference).map(text -> text.toString().strip());
    }

    /** Whether the target was opened. */
    boolean begun() {
        return out != null;
    }

    private void takeReference(char c) throws BadBase64 {
        StringBuilder text = Objects.requireNonNull(reference);
        if (c >= 0x7f || c < ' ') {
            throw new BadBase64(
                    prefixed(
                            "character %d of the URL is no printable ASCII; percent-encode it"
                                    .formatted(text.length())));
        }
        if (text.length() == MAX_REFERENCE) {
            throw new BadBase64(
                    prefixed("a URL of more than %d characters".formatted(MAX_REFERENCE)));
        }
        text.append(c);
    }

    /** Recognises a data URL and names of media by their first characters. */
    private void takeHead(char c) throws IOException, BadBase64 {
        StringBuilder seen = head;
        if (seen == null) {
            throw new IllegalStateException("the head is over");
        }
        seen.append(c);
        if (REFERENCES.stream().anyMatch(scheme -> scheme.equalsIgnoreCase(seen.toString()))) {
            reference = seen;
            head = null;
        } else if (REFERENCES.stream().anyMatch(scheme -> mayBecome(scheme, seen))) {
            return;
        } else if (!mayBecome(DATA, seen)) {
            releaseHead();
        } else if (c == ',') {
            mediaType = typeOf(seen.toString());
            position += seen.length();
            head = null;
        } else if (seen.length() > MAX_HEAD) {
            throw new BadBase64(
                    "%s: a data URL without a comma in its first %d characters"
                            .formatted(key, MAX_HEAD));
        }
    }

    private static boolean mayBecome(String scheme, StringBuilder seen) {
        int known = Math.min(seen.length(), scheme.length());
        return scheme.regionMatches(true, 0, seen.toString(), 0, known)
                && (seen.length() <= scheme.length() || scheme.equals(DATA));
    }

    private static String typeOf(String dataUrlHead) {
        String type = dataUrlHead.substring(DATA.length(), dataUrlHead.length() - 1);
        int parameters = type.indexOf(';');
        String bare = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        return bare.matches("[A-Za-z0-9.+*-]{1,64}/[A-Za-z0-9.+*-]{1,64}") ? bare : UNKNOWN_TYPE;
    }

    private void releaseHead() throws IOException, BadBase64 {
        StringBuilder seen = head;
        head = null;
        for (int i = 0; seen != null && i < seen.length(); i++) {
            take(seen.charAt(i));
        }
    }

    private void takeBase64(byte c) throws IOException, BadBase64 {
        markRun();
        block[filled++] = c;
        position++;
        if (filled == BLOCK) {
            decodeBlock();
        }
    }

    private void markRun() {
        if (runs > 0 && runPositions[runs - 1] + filled - runStarts[runs - 1] == position) {
            return;
        }
        if (runs == runStarts.length) {
            runStarts = Arrays.copyOf(runStarts, 2 * runs);
            runPositions = Arrays.copyOf(runPositions, 2 * runs);
        }
        runStarts[runs] = filled;
        runPositions[runs] = position;
        runs++;
    }

    private void decodeBlock() throws IOException, BadBase64 {
        if (padded) {
            throw invalid(positionOf(0), (char) (block[0] & 0xff));
        }
        write(decode(block, 2));
        padded = block[BLOCK - 1] == '=';
        filled = 0;
        runs = 0;
    }

    private void decodeRest() throws IOException, BadBase64 {
        if (padded) {
            throw invalid(positionOf(0), (char) (block[0] & 0xff));
        }
        int end = filled;
        while (end > 0 && filled - end < 2 && block[end - 1] == '=') {
            end--;
        }
        byte[] rest = Arrays.copyOf(block, end);
        boolean whole = end % 4 == 0;
        if (end % 4 == 1 || (whole && filled > end)) {
            mend(rest, 0);
            throw new BadBase64(
                    prefixed(
                            "invalid base64: the string ends at character %d within a group of four"
                                    .formatted(position)));
        }
        write(decode(rest, 0));
    }

    private int decode(byte[] characters, int maxPadding) throws BadBase64 {
        try {
            return decoder.decode(characters, decoded);
        } catch (IllegalArgumentException otherAlphabet) {
            mend(characters, maxPadding);
            return Base64.getDecoder().decode(characters, decoded);
        }
    }

    /**
     * Brings the characters into the standard alphabet, and chooses the decoder for the next ones.
     *
     * @param maxPadding equals signs that may end them
     * @throws BadBase64 if one belongs to neither
     */
    private void mend(byte[] characters, int maxPadding) throws BadBase64 {
        int end = characters.length;
        while (characters.length - end < maxPadding && characters[end - 1] == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            byte c = characters[i];
            if (c == '-' || c == '_') {
                characters[i] = (byte) (c == '-' ? '+' : '/');
                decoder = Base64.getUrlDecoder();
            } else if (c < 0 || ALPHABET.indexOf(c) < 0) {
                if (c == ':' && positionOf(i) <= LONGEST_SCHEME) {
                    throw otherUrl(new String(characters, 0, i, StandardCharsets.ISO_8859_1));
                }
                throw invalid(positionOf(i), (char) (c & 0xff));
            }
        }
    }

    private BadBase64 otherUrl(String scheme) {
        return new BadBase64(
                prefixed(
                        "'%s:' is neither base64 nor a supported URL; http:// and https:// URLs go into %s"
                                .formatted(scheme, urlKey)));
    }

    private void write(int bytes) throws IOException {
        if (out == null) {
            out = target.begin(mediaType);
        }
        out.write(decoded, 0, bytes);
    }

    private long positionOf(int blockIndex) {
        int run = runs - 1;
        while (run > 0 && runStarts[run] > blockIndex) {
            run--;
        }
        return runPositions[run] + blockIndex - runStarts[run];
    }

    /** Counts characters from 0, as {@code s[n]} in the client. */
    private BadBase64 invalid(long at, char found) {
        String shown =
                found < 0x21 || found > 0x7e
                        ? "\\u%04x".formatted((int) found)
                        : Character.toString(found);
        return new BadBase64(prefixed("invalid base64 at character %d: '%s'".formatted(at, shown)));
    }

    private String prefixed(String problem) {
        return key + ": " + problem;
    }
}
