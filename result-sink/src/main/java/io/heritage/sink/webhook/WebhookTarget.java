package io.heritage.sink.webhook;

import io.heritage.http.HostNames;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;

/**
 * Where a webhook may go: {@code http} and {@code https}, and unless allowed to public addresses
 * only, all that the name stands for. Names are resolved here and nowhere else: a call goes to the
 * address that was checked.
 */
final class WebhookTarget {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final boolean privateAddresses;
    private final Resolver resolver;

    WebhookTarget(boolean privateAddresses, Resolver resolver) {
        this.privateAddresses = privateAddresses;
        this.resolver = resolver;
    }

    /** As {@link InetAddress#getAllByName}. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /**
     * A URL whose host was resolved.
     *
     * @param address to be called
     */
    record Checked(URI uri, InetAddress address) {}

    /** The message is fit for logs: it does not repeat the URL, which may hold a secret. */
    static final class NotAllowed extends Exception {
        private static final long serialVersionUID = 1L;

        NotAllowed(String message) {
            super(message);
        }
    }

    /**
     * @throws UnknownHostException if the name cannot be resolved now
     */
    Checked check(String url) throws NotAllowed, UnknownHostException {
        URI uri = parse(url);
        InetAddress[] addresses = resolver.resolve(HostNames.ofUri(uri).orElseThrow());
        for (InetAddress address : addresses) {
            if (!privateAddresses && !isPublic(address)) {
                throw new NotAllowed(
                        "the host is a private, local or reserved address; webhook-private-addresses allows those");
            }
        }
        return new Checked(uri, addresses[0]);
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

    static boolean isPublic(InetAddress address) {
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
