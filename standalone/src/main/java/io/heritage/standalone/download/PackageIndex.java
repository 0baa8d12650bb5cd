package io.heritage.standalone.download;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heritage.schemas.PublishedFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Wheels of a Python package index, by its simple API: JSON (PEP 691), else HTML (PEP 503). The
 * repository of a {@link PublishedFile} is the project, its path the file name. One thread at a
 * time.
 */
public final class PackageIndex implements FileHost {
    public static final URI PYPI = URI.create("https://pypi.org/simple");
    private static final String ACCEPT =
            "application/vnd.pypi.simple.v1+json, text/html;q=0.2, application/vnd.pypi.simple.v1+html;q=0.3";
    private static final Pattern ANCHOR =
            Pattern.compile(
                    "<a\\s[^>]*?href\\s*=\\s*[\"']([^\"']*)[\"'][^>]*>\\s*([^<]*?)\\s*</a>");
    private static final Pattern SHA256 = Pattern.compile("sha256=([0-9a-f]{64})");

    private final URI base;
    private final HttpFiles http;
    private final Map<PublishedFile, Link> links = new HashMap<>();

    /**
     * @param sha256 with {@code bytes}, if the index names them
     */
    private record Link(URI uri, Optional<String> sha256, OptionalLong bytes) {}

    /**
     * @param index such as {@link #PYPI}; name and password in it go to this server alone, as basic
     *     authentication
     */
    public PackageIndex(URI index) {
        String account = index.getUserInfo();
        this.base = account == null ? index : withoutAccount(index);
        this.http =
                new HttpFiles(
                        base,
                        Optional.ofNullable(account)
                                .map(text ->
                                        "Basic "
                                                + Base64.getEncoder()
                                                        .encodeToString(
                                                                text.getBytes(
                                                                        StandardCharsets.UTF_8))));
    }

    /**
     * @param typed such as {@code https://pypi.org/simple}
     * @throws IllegalArgumentException if it is no address of a server
     */
    public static URI baseOf(String typed) {
        return HttpFiles.baseOf(typed, PYPI);
    }

    @Override
    public String host() {
        return base.getRawAuthority();
    }

    private static URI withoutAccount(URI index) {
        String host =
                index.getPort() < 0 ? index.getHost() : index.getHost() + ":" + index.getPort();
        String path = index.getRawPath() == null ? "" : index.getRawPath();
        return URI.create(index.getScheme() + "://" + host + path);
    }

    @Override
    public RemoteFile facts(PublishedFile file) throws IOException, InterruptedException {
        URI page = URI.create(base + "/" + file.repository() + "/");
        HttpFiles.RefusedFile refusal = (status, answer) -> refusal(file, status, answer);
        HttpResponse<java.io.InputStream> response =
                http.ask("GET", page, Map.of("Accept", ACCEPT), _ -> false, refusal);
        HttpFiles.refuseUnless(response.statusCode() == 200, response, refusal);
        String text;
        try (var body = response.body()) {
            text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
        boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
        Link link =
                (json ? inJson(text, file, response.uri()) : inHtml(text, file, response.uri()))
                        .orElseThrow(() ->
                                new HubRefused(
                                        "%s: %s does not have it".formatted(file.path(), page)));
        links.put(file, link);
        // The known hash identifies the version, whatever server the file comes from.
        return new RemoteFile(link.bytes(), link.sha256().or(file::sha256), Optional.empty());
    }

    private static Optional<Link> inJson(String text, PublishedFile file, URI page)
            throws IOException {
        try {
            for (JsonNode entry : new ObjectMapper().readTree(text).path("files")) {
                if (entry.path("filename").asText().equals(file.path())) {
                    JsonNode size = entry.path("size");
                    return Optional.of(
                            new Link(
                                    page.resolve(entry.path("url").asText()),
                                    Optional.ofNullable(
                                            textOf(entry.path("hashes").path("sha256"))),
                                    size.canConvertToLong()
                                            ? OptionalLong.of(size.asLong())
                                            : OptionalLong.empty()));
                }
            }
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new IOException(page + " does not answer with JSON", e);
        }
    }

    private static @Nullable String textOf(JsonNode node) {
        return node.isTextual() ? node.asText() : null;
    }

    private static Optional<Link> inHtml(String text, PublishedFile file, URI page) {
        Matcher anchor = ANCHOR.matcher(text);
        while (anchor.find()) {
            if (anchor.group(2).equals(file.path())) {
                URI uri = page.resolve(anchor.group(1).replace("&amp;", "&"));
                Matcher hash = SHA256.matcher(Optional.ofNullable(uri.getFragment()).orElse(""));
                return Optional.of(
                        new Link(
                                uri,
                                hash.matches() ? Optional.of(hash.group(1)) : Optional.empty(),
                                OptionalLong.empty()));
            }
        }
        return Optional.empty();
    }

    @Override
    public Content open(PublishedFile file, long from, Optional<String> validator)
            throws IOException, InterruptedException {
        Link link = links.get(file);
        if (link == null) {
            throw new IllegalStateException("the facts of a file come before its content");
        }
        return http.open(
                link.uri(), from, validator, (status, answer) -> refusal(file, status, answer));
    }

    private static String refusal(PublishedFile file, int status, String answer) {
        String advice =
                switch (status) {
                    case 401, 403 -> "put name and password into the URL of the index";
                    case 404 -> "this index has no such project or file; name another index";
                    default -> "that was not expected";
                };
        return "%s: %s: %s".formatted(file.path(), answer, advice);
    }

    @Override
    public void close() {
        http.close();
    }
}
