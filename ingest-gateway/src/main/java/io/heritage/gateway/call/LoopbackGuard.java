package io.heritage.gateway.call;

import io.heritage.gateway.error.HttpFailure;
import io.heritage.http.HostNames;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages out of a gateway without keys. A page on the user's machine can call loopback
 * addresses, also by a name of its own that resolves to 127.0.0.1 (DNS rebinding); such a request
 * shows the page's name in {@code Host} or {@code Origin}, or, where a browser sends no {@code
 * Origin}, as with pictures, that it is for another site.
 */
public final class LoopbackGuard {
    private final Set<String> alsoAllowed;
    private final Set<String> origins;

    public LoopbackGuard(Set<String> alsoAllowed, Set<String> origins) {
        this.alsoAllowed =
                alsoAllowed.stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        this.origins = origins;
    }

    /**
     * @param site the header {@code Sec-Fetch-Site}; empty if the client is no browser
     * @throws HttpFailure 403
     */
    public void check(@Nullable String host, @Nullable String origin, String site) {
        if (host == null || !allowed(HostNames.ofHostHeader(host))) {
            throw HttpFailure.forbidden(
                    "no keys are configured, so only loopback names may be called, not Host '%s'; use http://127.0.0.1, add the name to allowed-hosts, or make a key with 'heritage keys new NAME'"
                            .formatted(host));
        }
        if (origin != null && !origins.contains(origin) && !allowed(HostNames.ofOrigin(origin))) {
            throw HttpFailure.forbidden(
                    "no keys are configured, so web pages of other hosts may not call, such as Origin '%s'; add it to cors-origins, or make a key with 'heritage keys new NAME'"
                            .formatted(origin));
        }
        if (origin == null && site.equals("cross-site")) {
            throw HttpFailure.forbidden(
                    "no keys are configured, so web pages of other sites may not call; make a key with 'heritage keys new NAME'");
        }
    }

    private boolean allowed(Optional<String> host) {
        return host.filter(name -> HostNames.isLoopback(name) || alsoAllowed.contains(name))
                .isPresent();
    }
}
