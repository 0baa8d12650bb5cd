package io.heritage.standalone.cli;

import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointKind;
import io.heritage.standalone.config.HeritageConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What {@code up} says when jobs are taken: one line, and a request to paste.
 *
 * @param here the user's folder
 */
record ReadyMessage(HeritageConfig config, int port, Path here) {

    @Override
    public String toString() {
        return "Heritage is ready at %s/  endpoints: %s  data: %s%n"
                        .formatted(
                                base(),
                                config.endpoints().keySet().stream()
                                        .map(Object::toString)
                                        .collect(Collectors.joining(", ")),
                                config.data().toAbsolutePath().normalize())
                + interpolateEndpoint().map(this::firstRequest).orElse("");
    }

    private String base() {
        return "http://%s:%d%s".formatted(shownHost(), port, config.gateway().basePath());
    }

    /** An address for all interfaces is none to call. */
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
            curl -sS %s/%s/runsync%s -H 'Content-Type: application/json' -d @- -o reply.json
        """
                .formatted(start, end, base(), endpoint.id(), key);
    }

    /** As short as it can be typed here. */
    private String examples(String picture) {
        Path shipped = Path.of("examples", picture);
        if (Files.exists(here.resolve(shipped))) {
            return shipped.toString();
        }
        String home = System.getProperty("heritage.home", ".");
        return "'" + Path.of(home).resolve(shipped) + "'";
    }
}
