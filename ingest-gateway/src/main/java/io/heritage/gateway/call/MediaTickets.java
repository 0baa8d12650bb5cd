package io.heritage.gateway.call;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.gateway.error.FailureReply;
import io.heritage.gateway.error.HttpFailure;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Cookies that let a page show media with {@code <img>} and {@code <video>}, which send no {@code
 * Authorization}: read only, for ten minutes, for the key that asked for it. They are signed, so
 * that any gateway with the same sink secret takes them and none remembers them; without a secret
 * the gateway takes its own. Any thread.
 */
public final class MediaTickets {
    public static final String PATH = "/console/ticket";
    static final String COOKIE = "heritage-media";
    static final Duration VALID = Duration.ofMinutes(10);

    private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
    private static final HeaderName FORWARDED_PROTO = HeaderNames.create("X-Forwarded-Proto");

    /** Name of a key, seconds since 1970, signature. */
    private static final Pattern TICKET =
            Pattern.compile("([A-Za-z0-9._-]{1,64})~(\\d{1,12})~([A-Za-z0-9_-]{43})");

    private static final String PURPOSE = "heritage media ticket 1";

    private final byte[] secret;
    private final String path;
    private final boolean tls;
    private final KeyRing keys;
    private final Clock clock;

    /**
     * @param sinkSecret that all gateways of an installation have; empty if there is none
     * @param basePath of the operations that take a ticket
     */
    public MediaTickets(
            String sinkSecret, String basePath, boolean tls, KeyRing keys, Clock clock) {
        this.secret =
                sinkSecret.isEmpty()
                        ? random()
                        : signed(sinkSecret.getBytes(StandardCharsets.UTF_8), PURPOSE);
        this.path = basePath.isEmpty() ? "/" : basePath;
        this.tls = tls;
        this.keys = keys;
        this.clock = clock;
    }

    private static byte[] random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    public static boolean isAskedFor(ServerRequest request) {
        return request.prologue().uriPath().rawPath().equals(PATH);
    }

    /**
     * @param key of the caller
     * @throws HttpFailure 403 if a page of another site asks
     */
    public void answer(ApiKey key, ServerRequest request, ServerResponse response) {
        requireOwnPage(request);
        Instant until = clock.instant().plus(VALID);
        if (!keys.isEmpty()) {
            setCookie(ticket(key, until.getEpochSecond()), VALID, request, response);
        }
        response.header(HeaderNames.CONTENT_TYPE, FailureReply.JSON);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("expiresIn", VALID.toMillis())
                        .put("expiresAt", until.toString())
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes the browser drop its cookie, which no page can do; a page that forgot the key has none
     * to send.
     *
     * @return whether that was asked for, and is answered
     * @throws HttpFailure 403 if a page of another site asks
     */
    public boolean end(ServerRequest request, ServerResponse response) {
        if (!isAskedFor(request) || !request.prologue().method().text().equals("DELETE")) {
            return false;
        }
        requireOwnPage(request);
        setCookie("", Duration.ZERO, request, response);
        response.status(Status.NO_CONTENT_204).send();
        return true;
    }

    private void setCookie(
            String value, Duration valid, ServerRequest request, ServerResponse response) {
        boolean secure =
                tls || "https".equalsIgnoreCase(RequestHead.field(request, FORWARDED_PROTO));
        response.header(
                HeaderNames.SET_COOKIE,
                "%s=%s; Path=%s; Max-Age=%d; HttpOnly; SameSite=Strict%s"
                        .formatted(
                                COOKIE, value, path, valid.toSeconds(), secure ? "; Secure" : ""));
    }

    /**
     * The key of a request that has a ticket in the place of a key.
     *
     * @return empty if it has none, or one that does not count
     * @throws HttpFailure 403 if a page of another site makes it
     */
    public Optional<ApiKey> keyOf(ServerRequest request) {
        if (request.headers().contains(HeaderNames.AUTHORIZATION)) {
            return Optional.empty();
        }
        Optional<ApiKey> key = cookie(request).flatMap(this::keyOf);
        if (key.isPresent()) {
            requireOwnPage(request);
        }
        return key;
    }

    private static Optional<String> cookie(ServerRequest request) {
        String all = RequestHead.field(request, HeaderNames.COOKIE);
        return all == null
                ? Optional.empty()
                : Arrays.stream(all.split(";"))
                        .map(String::strip)
                        .filter(cookie -> cookie.startsWith(COOKIE + "="))
                        .map(cookie -> cookie.substring(COOKIE.length() + 1))
                        .findFirst();
    }

    public Optional<ApiKey> keyOf(String ticket) {
        Matcher parts = TICKET.matcher(ticket);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long until = Long.parseLong(parts.group(2));
        return keys.named(parts.group(1))
                .filter(key -> isSame(ticket, ticket(key, until)))
                .filter(_ -> clock.instant().getEpochSecond() < until);
    }

    private static boolean isSame(String found, String expected) {
        return MessageDigest.isEqual(
                found.getBytes(StandardCharsets.US_ASCII),
                expected.getBytes(StandardCharsets.US_ASCII));
    }

    /** Invalid once the key is replaced, because another key of that name has another hash. */
    public String ticket(ApiKey key, long until) {
        String what = key.name() + "~" + until;
        byte[] signature = signed(secret, what + "~" + key.sha256());
        return what + "~" + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    private static byte[] signed(byte[] with, String what) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(with, "HmacSHA256"));
            return mac.doFinal(what.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** Cookies know no ports, so a page of another port of this host is a stranger's too. */
    private static void requireOwnPage(ServerRequest request) {
        String site = RequestHead.field(request, FETCH_SITE);
        String origin = RequestHead.field(request, HeaderNames.ORIGIN);
        boolean own =
                site == null
                        ? origin == null
                                || isOrigin(origin, RequestHead.field(request, HeaderNames.HOST))
                        : site.equals("same-origin") || site.equals("none");
        if (!own) {
            throw HttpFailure.forbidden(
                    "the cookie for media is for pages of this server only; this request is from"
                            + " another page");
        }
    }

    private static boolean isOrigin(String origin, @Nullable String host) {
        String lower = origin.toLowerCase(Locale.ROOT);
        return host != null
                && (lower.equals("http://" + host.toLowerCase(Locale.ROOT))
                        || lower.equals("https://" + host.toLowerCase(Locale.ROOT)));
    }
}
