package io.heritage.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Checks URLs of clients: they must be {@code http} or {@code https}, and all addresses of the name
 * must be public unless private ones are allowed. Names are resolved only here: a call goes to the
 * address that was checked. Any thread.
 */
public final class UrlGuard {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final Predicate<String> privateHosts;
    private final String setting;
    private final Resolver resolver;

    /**
     * @param privateHosts whether a host, as the URL writes it in lower case, may be called at a
     *     private address
     * @param setting that says so, for messages
     */
    public UrlGuard(Predicate<String> privateHosts, String setting, Resolver resolver) {
        this.privateHosts = privateHosts;
        this.setting = setting;
        this.resolver = resolver;
    }

    /** As {@link InetAddress#getAllByName}. */
    @FunctionalInterface
    public interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /**
     * A URL whose host was resolved.
     *
     * @param address to be called
     */
    public record Checked(URI uri, InetAddress address) {}

    /** The message is fit for logs: it does not repeat the URL, which may hold a secret. */
    public static final class NotAllowed extends Exception {
        private static final long serialVersionUID = 1L;

        NotAllowed(String message) {
            super(message);
        }
    }

    /**
     * @throws UnknownHostException if the name cannot be resolved now
     */
    public Checked check(String url) throws NotAllowed, UnknownHostException {
        URI uri = parse(url);
        return new Checked(uri, resolve(HostNames.ofUri(uri).orElseThrow())[0]);
    }

    /**
     * The addresses of a host, all of which may be called.
     *
     * @param host as the URL writes it
     * @throws UnknownHostException if the name cannot be resolved now
     */
    public InetAddress[] resolve(String host) throws NotAllowed, UnknownHostException {
        InetAddress[] addresses = resolver.resolve(host);
        boolean anyAddress = privateHosts.test(host.toLowerCase(Locale.ROOT));
        for (InetAddress address : addresses) {
            if (!anyAddress && !isPublic(address)) {
                throw new NotAllowed(
                        "the host is a private, local or reserved address; %s allows those"
                                .formatted(setting));
            }
        }
        return addresses;
    }

    private static URI parse(String url) throws NotAllowed {
        try {
            URI uri = new URI(url.strip());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (!SCHEMES.contains(scheme) || HostNames.ofUri(uri).isEmpty()) {
                throw new NotAllowed("expected http(s)://HOST[:PORT]/… without user information");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new NotAllowed("not a URL, at character " + e.getIndex());
        }
    }

    public static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return switch (address) {
            case Inet4Address _ -> !isReserved(bytes[0] & 0xff, bytes[1] & 0xff);
            case Inet6Address _ -> isGlobalUnicast(bytes);
            default -> false;
        };
    }

    /**
     * 0/8, shared 100.64/10, protocol 192.0.0/24 and its neighbours, benchmarks 198.18/15, 240/4.
     */
    private static boolean isReserved(int first, int second) {
        return first == 0
                || (first == 100 && (second & 0xc0) == 64)
                || (first == 192 && second == 0)
                || (first == 198 && (second & 0xfe) == 18)
                || first >= 240;
    }

    /**
     * 2000::/3 but for the prefixes that carry an IPv4 address: NAT64 lies outside, 6to4 and Teredo
     * within.
     */
    private static boolean isGlobalUnicast(byte[] bytes) {
        boolean global = (bytes[0] & 0xe0) == 0x20;
        boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        boolean teredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
        return global && !sixToFour && !teredo;
    }
}
