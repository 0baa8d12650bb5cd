package io.heritage.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The single page, whose script shows all others. Its import map is inline, because browsers accept
 * no other; the policy names its hash, so that no other inline script can run.
 */
final class StartPage {
    private final Asset page;
    private final String policy;

    /**
     * @param folder of the files, relative to the page: {@code console/HASH/}
     * @param basePath of the gateway's operations; its characters need no escape
     */
    StartPage(String template, String folder, String basePath, Map<String, Asset> files) {
        String imports =
                new TreeMap<>(ConsoleFiles.LIBRARIES)
                        .entrySet().stream()
                                .map(entry ->
                                        "\"%s\":\"./%s%s\""
                                                .formatted(
                                                        entry.getKey(), folder, entry.getValue()))
                                .collect(Collectors.joining(",", "{\"imports\":{", "}}"));
        String preloads =
                files.keySet().stream()
                        .filter(name -> name.endsWith(".js"))
                        .map(name ->
                                "<link rel=\"modulepreload\" href=\"%s%s\">"
                                        .formatted(folder, name))
                        .collect(Collectors.joining("\n"));
        page =
                new Asset(
                        "text/html; charset=utf-8",
                        template.replace("{{imports}}", imports)
                                .replace("{{preloads}}", preloads)
                                .replace("{{folder}}", folder)
                                .replace("{{base}}", basePath)
                                .replace("{{libraries}}", libraries())
                                .getBytes(StandardCharsets.UTF_8));
        policy =
                """
                default-src 'none'; script-src 'self' 'sha256-%s'; style-src 'self'; \
                img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; \
                base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                require-trusted-types-for 'script'; trusted-types 'none'\
                """
                        .formatted(
                                Base64.getEncoder()
                                        .encodeToString(
                                                sha256().digest(
                                                                imports.getBytes(
                                                                        StandardCharsets.UTF_8))));
    }

    private static String libraries() {
        return ConsoleFiles.versions().entrySet().stream()
                .map(library -> library.getKey() + " " + library.getValue())
                .collect(Collectors.joining(", "));
    }

    Asset page() {
        return page;
    }

    /** The value of {@code Content-Security-Policy}. */
    String policy() {
        return policy;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
