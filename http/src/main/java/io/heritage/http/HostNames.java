package io.heritage.http;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names in {@code Host} and {@code Origin} headers. RFC 9110, section 7.2; RFC 6454. */
public final class HostNames {
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.\\d{1,3}){3}");

    /** A registered name may have an underscore, which is usual in compose files. */
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{0,5}))?");

    private static final Pattern ORIGIN =
            Pattern.compile("https?://(.+)", Pattern.CASE_INSENSITIVE);

    private HostNames() {}

    /** Whether a host, with or without brackets, is this machine by its name alone. */
    public static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("::1")
                || name.equals("[::1]")
                || LOOPBACK_V4.matcher(name).matches();
    }

    /**
     * The host of a {@code Host} header, in lower case and without its port.
     *
     * @return empty if the header is not {@code HOST[:PORT]}
     */
    public static Optional<String> ofHostHeader(String header) {
        Matcher authority = AUTHORITY.matcher(header);
        return authority.matches()
                ? Optional.of(authority.group(1).toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    /**
     * The host of a URL as it is written, also where {@link URI#getHost()} knows none because of an
     * underscore.
     *
     * @return empty if the URL names none, or has user information
     */
    public static Optional<String> ofUri(URI uri) {
        Matcher authority = authorityOf(uri);
        return authority.matches() ? Optional.of(authority.group(1)) : Optional.empty();
    }

    /** The port of a URL; -1 if it names none. */
    public static int portOf(URI uri) {
        Matcher authority = authorityOf(uri);
        String port = authority.matches() ? authority.group(2) : null;
        return port == null || port.isEmpty() ? -1 : Integer.parseInt(port);
    }

    private static Matcher authorityOf(URI uri) {
        return AUTHORITY.matcher(Objects.requireNonNullElse(uri.getRawAuthority(), ""));
    }

    /**
     * The host of an {@code Origin} header, in lower case and without its port.
     *
     * @return empty for an opaque origin such as {@code null}
     */
    public static Optional<String> ofOrigin(String header) {
        Matcher origin = ORIGIN.matcher(header);
        return origin.matches() ? ofHostHeader(origin.group(1)) : Optional.empty();
    }
}
