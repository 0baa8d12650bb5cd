package io.heritage.gateway;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages out of a gateway without keys. A page on the user's machine can call loopback
 * addresses, also by a name of its own that resolves to 127.0.0.1 (DNS rebinding); such a request
 * shows the page's name in {@code Host} or {@code Origin}.
 */
final class LoopbackGuard {
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.\\d{1,3}){3}");

    private final Set<String> alsoAllowed;
    private final Set<String> origins;

    LoopbackGuard(Set<String> alsoAllowed, Set<String> origins) {
        this.alsoAllowed = alsoAllowed;
        this.origins = origins;
    }

    /** Whether a host, with or without brackets, is this machine by its name alone. */
    static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("::1")
                || name.equals("[::1]")
                || LOOPBACK_V4.matcher(name).matches();
    }

    /**
     * @throws HttpFailure 403
     */
    void check(@Nullable String host, @Nullable String origin) {
        if (host == null || !allowed(hostOf("//" + host))) {
            throw HttpFailure.forbidden(
                    "no keys are configured, so only loopback names may be called, not Host '%s'; use http://127.0.0.1, add the name to allowed-hosts, or make a key with 'heritage keys new NAME'"
                            .formatted(host));
        }
        if (origin != null && !origins.contains(origin) && !allowed(hostOf(origin))) {
            throw HttpFailure.forbidden(
                    "no keys are configured, so web pages of other hosts may not call, such as Origin '%s'; add it to cors-origins, or make a key with 'heritage keys new NAME'"
                            .formatted(origin));
        }
    }

    private boolean allowed(@Nullable String host) {
        return host != null
                && (isLoopback(host) || alsoAllowed.contains(host.toLowerCase(Locale.ROOT)));
    }

    private static @Nullable String hostOf(String uri) {
        try {
            return URI.create(uri).getHost();
        } catch (IllegalArgumentException notAUri) {
            return null;
        }
    }
}
