package io.heritage.standalone.client;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Base URL of an endpoint's operations: {@code http://HOST:PORT/v2/ENDPOINT}. */
public record EndpointUrl(URI base) {
    private static final Pattern VERSIONED =
            Pattern.compile("(?<root>.*/v2)(?:/(?<endpoint>[A-Za-z0-9_-]+))?(?:/.*)?");

    /**
     * Takes the root of a server, its {@code /v2}, an endpoint or one of its operations.
     *
     * @param endpoint used if the URL names none
     * @throws IllegalArgumentException if it is no http URL
     */
    public static EndpointUrl of(String typed, String endpoint) {
        URI uri = parsed(typed);
        return new EndpointUrl(uri.resolve(path(uri.getRawPath(), endpoint)));
    }

    /** The part before {@code /v2}, without a trailing slash. */
    static URI root(String typed) {
        String base = of(typed, "any").toString();
        return URI.create(base.substring(0, base.lastIndexOf("/v2/")));
    }

    /** The endpoint that a URL names. */
    static Optional<String> endpointIn(String typed) {
        Matcher matcher = VERSIONED.matcher(parsed(typed).getRawPath());
        return matcher.matches()
                ? Optional.ofNullable(matcher.group("endpoint"))
                : Optional.empty();
    }

    private static URI parsed(String typed) {
        String url = typed.contains("://") ? typed : "http://" + typed;
        URI uri = URI.create(url.replaceAll("[?#].*$", "").replaceAll("/+$", ""));
        if (uri.getHost() == null
                || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new IllegalArgumentException(
                    "expected a URL such as http://127.0.0.1:8000, found '" + typed + "'");
        }
        return uri;
    }

    private static String path(String path, String endpoint) {
        Matcher matcher = VERSIONED.matcher(path);
        if (!matcher.matches()) {
            return path + "/v2/" + endpoint;
        }
        String named = matcher.group("endpoint");
        return matcher.group("root") + "/" + (named == null ? endpoint : named);
    }

    public String endpoint() {
        String text = base.toString();
        return text.substring(text.lastIndexOf('/') + 1);
    }

    /** The console's page of a job. */
    public String consoleLink(String job) {
        String root = base.toString().replaceAll("/v2/[^/]*$", "");
        return "%s/#/jobs/%s?endpoint=%s".formatted(root, job, endpoint());
    }

    URI operation(String name) {
        return URI.create(base + "/" + name);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
