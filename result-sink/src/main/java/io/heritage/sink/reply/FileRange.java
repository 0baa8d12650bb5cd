package io.heritage.sink.reply;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The range of a file that a request asks for (RFC 9110, section 14). For several ranges, another
 * unit, or if {@code If-Range} does not match, it is the whole file.
 *
 * @param from first byte
 * @param to behind the last one
 * @param kind of the answer
 */
public record FileRange(long from, long to, Kind kind) {
    private static final Pattern ONE_RANGE =
            Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

    public enum Kind {
        WHOLE,
        PART,
        /** The range lies outside of the file: 416. */
        NOWHERE
    }

    /**
     * @param range the header, or empty
     * @param ifRange likewise
     */
    public static FileRange of(String range, String ifRange, OutputFile file) {
        long length = file.ref().bytes();
        var whole = new FileRange(0, length, Kind.WHOLE);
        Matcher asked = ONE_RANGE.matcher(range);
        if (!asked.matches() || !(ifRange.isEmpty() || ifRange.equals(file.etag()))) {
            return whole;
        }
        String first = asked.group(1);
        String last = asked.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? whole : suffix(Long.parseLong(last), length);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? length : Math.min(length, Long.parseLong(last) + 1);
        if (!last.isEmpty() && Long.parseLong(last) < from) {
            return whole;
        }
        return from >= length
                ? new FileRange(0, 0, Kind.NOWHERE)
                : new FileRange(from, to, Kind.PART);
    }

    private static FileRange suffix(long count, long length) {
        return count == 0 || length == 0
                ? new FileRange(0, 0, Kind.NOWHERE)
                : new FileRange(Math.max(0, length - count), length, Kind.PART);
    }

    long length() {
        return to - from;
    }
}
