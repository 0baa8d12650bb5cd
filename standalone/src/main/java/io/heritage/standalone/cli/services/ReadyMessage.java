package io.heritage.standalone.cli.services;

import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.PublishedModel;
import io.heritage.standalone.config.HeritageConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The message of {@code up} once jobs run: one line, missing parts, and a request to paste.
 *
 * @param problem why jobs of RIFE fail; empty if they do not
 * @param shortage resources that this machine lacks for any job
 * @param here the user's folder
 */
record ReadyMessage(
        HeritageConfig config, int port, String problem, Optional<String> shortage, Path here) {

    @Override
    public String toString() {
        return "Heritage is ready at %s/  endpoints: %s  data: %s%n"
                        .formatted(
                                base(),
                                config.endpoints().keySet().stream()
                                        .map(Object::toString)
                                        .collect(Collectors.joining(", ")),
                                config.data().toAbsolutePath().normalize())
                + "  In a browser: %s/%n".formatted(server())
                + missing().stream().map(line -> "  " + line + "\n").collect(Collectors.joining())
                + interpolateEndpoint().map(this::firstRequest).orElse("");
    }

    /** A line for each kind of job that would fail. */
    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        shortage.ifPresent(missing::add);
        if (!problem.isEmpty() && serves(EndpointKind.INTERPOLATE)) {
            missing.add("interpolate with RIFE does not work: " + problem);
        }
        Path models = config.processor().models();
        boolean restores =
                SeedVr2Variant.values().stream()
                        .anyMatch(variant -> SeedVr2Files.missing(models, variant).isEmpty());
        if (!restores && serves(EndpointKind.RESTORE)) {
            PublishedModel smallest = PublishedModel.restoring().getFirst();
            missing.add(
                    "restore needs a model; install one with: heritage models pull %s (%s)"
                            .formatted(smallest.id(), PublishedModel.size(smallest.files())));
        }
        return missing;
    }

    private boolean serves(EndpointKind kind) {
        return config.endpoints().values().stream().anyMatch(endpoint -> endpoint.kind() == kind);
    }

    private String base() {
        return server() + config.gateway().basePath();
    }

    private String server() {
        return "%s://%s:%d"
                .formatted(config.gateway().tls().enabled() ? "https" : "http", shownHost(), port);
    }

    /** Replaces an address of all interfaces, which cannot be called. */
    private String shownHost() {
        String host = config.gateway().host();
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return "127.0.0.1";
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private Optional<EndpointConfig> interpolateEndpoint() {
        return config.endpoints().values().stream()
                .filter(endpoint -> endpoint.kind() == EndpointKind.INTERPOLATE)
                .findFirst();
    }

    private String firstRequest(EndpointConfig endpoint) {
        String start = examples("start.jpg");
        String end = examples("end.jpg");
        String key =
                config.gateway().keys().isEmpty()
                        ? ""
                        : " -H \"Authorization: Bearer $HERITAGE_API_KEY\"";
        return """
        Try it:
          printf '{"input":{"start_image_base64":"%%s","end_image_base64":"%%s","resolution":480,"frame_length":17}}' \\
            "$(base64 -w0 %s)" "$(base64 -w0 %s)" |
            curl -sS -X POST -T - %s/%s/runsync%s -o reply.json
        """
                .formatted(start, end, base(), endpoint.id(), key);
    }

    /** The shortest path of an example picture from the user's folder. */
    private String examples(String picture) {
        Path shipped = Path.of("examples", picture);
        if (Files.exists(here.resolve(shipped))) {
            return shipped.toString();
        }
        String home = System.getProperty("heritage.home", ".");
        return "'" + Path.of(home).resolve(shipped) + "'";
    }
}
