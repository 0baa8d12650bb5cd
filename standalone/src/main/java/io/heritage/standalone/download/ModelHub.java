package io.heritage.standalone.download;

import io.heritage.schemas.PublishedFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files at {@code BASE/ORG/REPO/resolve/REVISION/FILE}, the URLs of Hugging Face. Its large files
 * come from another host by a redirect, which is followed here: the token goes to the base alone.
 */
public final class ModelHub implements FileHost {
    public static final URI HUGGING_FACE = URI.create("https://huggingface.co");
    private static final String REVISION = "main";
    private static final String LINKED_ETAG = "X-Linked-Etag";
    private static final Pattern SHA256 = Pattern.compile("\"?([0-9a-f]{64})\"?");

    private final URI base;
    private final boolean anonymous;
    private final HttpFiles http;

    /**
     * @param base without a slash at the end
     * @param token of an account there
     */
    public ModelHub(URI base, Optional<String> token) {
        Optional<String> known = token.filter(value -> !value.isBlank()).map(String::strip);
        this.base = base;
        this.anonymous = known.isEmpty();
        this.http = new HttpFiles(base, known.map(value -> "Bearer " + value));
    }

    /**
     * @param typed such as {@code https://huggingface.co}
     * @throws IllegalArgumentException if it is no address of a server
     */
    public static URI baseOf(String typed) {
        return HttpFiles.baseOf(typed, HUGGING_FACE);
    }

    @Override
    public String host() {
        return base.getAuthority();
    }

    URI page(PublishedFile file) {
        return URI.create(base + "/" + file.repository());
    }

    private URI uri(PublishedFile file) {
        return URI.create(
                base + "/" + file.repository() + "/resolve/" + REVISION + "/" + file.path());
    }

    @Override
    public RemoteFile facts(PublishedFile file) throws IOException, InterruptedException {
        HttpFiles.RefusedFile refusal = refusal(file);
        HttpResponse<InputStream> response =
                http.ask("HEAD", uri(file), Map.of(), ModelHub::namesLinkedFile, refusal);
        HttpHeaders headers = response.headers();
        if (namesLinkedFile(response)) {
            response.body().close();
            return facts(
                    headers.firstValue(LINKED_ETAG), HttpFiles.number(headers, "X-Linked-Size"));
        }
        HttpFiles.refuseUnless(response.statusCode() == 200, response, refusal);
        response.body().close();
        return facts(headers.firstValue("ETag"), HttpFiles.number(headers, "Content-Length"));
    }

    private static boolean namesLinkedFile(HttpResponse<?> response) {
        return response.headers().firstValue(LINKED_ETAG).isPresent();
    }

    private static RemoteFile facts(Optional<String> etag, OptionalLong bytes) {
        Optional<String> sha256 =
                etag.map(SHA256::matcher).filter(Matcher::matches).map(matcher -> matcher.group(1));
        // If-Range admits no weak validator (RFC 9110, 13.1.5).
        return new RemoteFile(bytes, sha256, etag.filter(tag -> !tag.startsWith("W/")));
    }

    @Override
    public Content open(PublishedFile file, long from, Optional<String> validator)
            throws IOException, InterruptedException {
        return http.open(uri(file), from, validator, refusal(file));
    }

    private HttpFiles.RefusedFile refusal(PublishedFile file) {
        return (status, answer) ->
                "%s of %s: %s: %s"
                        .formatted(file.path(), file.repository(), answer, advice(status, file));
    }

    private String advice(int status, PublishedFile file) {
        return switch (status) {
            case 401 ->
                    anonymous
                            ? "it requires authentication, or has no such repository; set"
                                    + " HF_TOKEN to an access token"
                            : "the token in HF_TOKEN is not accepted, or there is no such repository";
            case 403 ->
                    anonymous
                            ? "the file is not public; set HF_TOKEN to an access token"
                            : "the account of HF_TOKEN may not read it; its owner's terms may have to be accepted at "
                                    + page(file);
            case 404 ->
                    "there is no such file; see what is published at "
                            + page(file)
                            + ", and copy the file into the folder yourself";
            default -> "that was not expected";
        };
    }

    @Override
    public void close() {
        http.close();
    }
}
