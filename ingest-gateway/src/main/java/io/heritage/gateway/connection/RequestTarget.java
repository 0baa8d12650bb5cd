package io.heritage.gateway.connection;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Error messages for a target of a request line (RFC 9112, section 3.2) that is not a URL. */
public final class RequestTarget {
    private static final String NEVER_PLAIN = "\"<>[\\]^`{|}";

    /** The server's message about a bad query. */
    private static final Pattern QUERY =
            Pattern.compile("Query .*?index:? (\\d+).*", Pattern.DOTALL);

    public static final String NOT_HTTP =
            "not HTTP: expected a line METHOD /PATH HTTP/1.1 and header lines";

    private static final String UNKNOWN = "Bad request, see server log for more information";

    private RequestTarget() {}

    /**
     * @param path without its query
     * @param message what the server says of the request
     */
    public static String problem(String path, String message) {
        Matcher query = QUERY.matcher(message);
        if (query.matches()) {
            return message.contains("% encoding")
                    ? badEscape("query", query.group(1))
                    : notPlain("query", query.group(1));
        }
        if (!message.equals(UNKNOWN)) {
            return message;
        }
        for (int at = 0; at < path.length(); at++) {
            char c = path.charAt(at);
            if (c == '%' && !isEscape(path, at)) {
                return badEscape("path", at);
            }
            if (c <= ' ' || c >= 0x7f || NEVER_PLAIN.indexOf(c) >= 0) {
                return notPlain("path", at);
            }
        }
        return NOT_HTTP;
    }

    private static boolean isEscape(String path, int at) {
        return at + 2 < path.length()
                && Character.digit(path.charAt(at + 1), 16) >= 0
                && Character.digit(path.charAt(at + 2), 16) >= 0;
    }

    private static String badEscape(String place, Object at) {
        return "the %s has a bad percent-encoding at character %s: expected %% and two hexadecimal digits; a percent sign itself is %%25"
                .formatted(place, at);
    }

    private static String notPlain(String place, Object at) {
        return "the %s has a character at %s that must be percent-encoded in a URL, as %%20 for a blank"
                .formatted(place, at);
    }
}
