package io.heritage.processor.upload;

import io.heritage.http.UrlGuard;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;

/** Resolves names for the client of a bucket, which connects to checked addresses. Any thread. */
final class GuardedAddresses implements DnsResolver {
    private final UrlGuard guard;

    GuardedAddresses(UrlGuard guard) {
        this.guard = guard;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        try {
            return guard.resolve(host);
        } catch (UrlGuard.NotAllowed e) {
            throw new UnknownHostException(e.getMessage());
        }
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
