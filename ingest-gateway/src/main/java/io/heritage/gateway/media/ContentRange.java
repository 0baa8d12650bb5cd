package io.heritage.gateway.media;

import io.heritage.gateway.error.HttpFailure;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code Content-Range} header of a piece: {@code bytes FIRST-LAST/TOTAL}, or {@code /*} while
 * the total is not known. RFC 9110, sections 14.4 and 14.5.
 *
 * @param last inclusive
 */
public record ContentRange(long first, long last, OptionalLong total) {
    private static final Pattern BYTES =
            Pattern.compile("bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    /**
     * @throws HttpFailure 400 if it is something else
     */
    public static Optional<ContentRange> parse(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher found = BYTES.matcher(header.strip());
        if (found.matches()) {
            long first = Long.parseLong(found.group(1));
            long last = Long.parseLong(found.group(2));
            OptionalLong total =
                    found.group(3).equals("*")
                            ? OptionalLong.empty()
                            : OptionalLong.of(Long.parseLong(found.group(3)));
            if (first <= last && last < total.orElse(Long.MAX_VALUE)) {
                return Optional.of(new ContentRange(first, last, total));
            }
        }
        throw HttpFailure.badRequest(
                "Content-Range: expected 'bytes FIRST-LAST/TOTAL' such as 'bytes 0-1048575/5000000', or /* as long as the total is not known, found '"
                        + header
                        + "'");
    }

    long length() {
        return last - first + 1;
    }
}
