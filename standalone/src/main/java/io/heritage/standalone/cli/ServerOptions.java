package io.heritage.standalone.cli;

import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.EndpointUrl;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The server that computes instead of this machine. */
final class ServerOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {"Compute at a server: http://HOST:PORT or an endpoint below its /v2/."})
    private @Nullable String url;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = {
                "API key of the server (default: $$HERITAGE_API_KEY, then $$RUNPOD_API_KEY).",
                "Other users of this machine can see arguments: prefer the variable."
            })
    private @Nullable String key;

    boolean given() {
        return url != null;
    }

    /**
     * @param endpoint meant where the URL names none
     */
    void check(CommandSpec spec, String endpoint) {
        try {
            if (url != null) {
                EndpointUrl.of(url, endpoint);
            }
        } catch (IllegalArgumentException notAUrl) {
            throw new ParameterException(
                    spec.commandLine(), "--url: " + notAUrl.getMessage(), notAUrl);
        }
    }

    EndpointClient open(String endpoint, Map<String, String> environment) {
        return new EndpointClient(
                EndpointUrl.of(String.valueOf(url), endpoint),
                Optional.ofNullable(key)
                        .or(() -> Optional.ofNullable(environment.get("HERITAGE_API_KEY")))
                        .or(() -> Optional.ofNullable(environment.get("RUNPOD_API_KEY"))));
    }
}
