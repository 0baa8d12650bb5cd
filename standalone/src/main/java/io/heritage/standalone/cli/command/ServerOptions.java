package io.heritage.standalone.cli.command;

import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.EndpointUrl;
import io.heritage.standalone.client.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The server to use, and the key for it. */
public final class ServerOptions {
    private static final String USUAL = "http://127.0.0.1:8000";
    private static final int LONGEST_KEY = 4096;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {
                "Server: http://HOST:PORT, or an endpoint below its /v2/ (default: $$HERITAGE_URL)."
            })
    private @Nullable String url;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "File whose first line is the API key (default: $$HERITAGE_API_KEY).")
    private @Nullable Path keyFile;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = {
                "The API key itself. Other users of this machine can see arguments: prefer the"
                        + " variable or the file."
            })
    private @Nullable String key;

    /** Whether a server is named; an empty URL counts as none. */
    public boolean given(Map<String, String> environment) {
        return typed(environment).isPresent();
    }

    private Optional<String> typed(Map<String, String> environment) {
        return Optional.ofNullable(url == null ? environment.get("HERITAGE_URL") : url)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    /** Refuses an invalid URL. */
    public void check(CommandSpec spec, Map<String, String> environment) {
        try {
            typed(environment).ifPresent(text -> EndpointUrl.of(text, "any"));
        } catch (IllegalArgumentException notAUrl) {
            throw new ParameterException(
                    spec.commandLine(),
                    (url == null ? "HERITAGE_URL: " : "--url: ") + notAUrl.getMessage(),
                    notAUrl);
        }
    }

    /**
     * @param endpoint used if the URL names none
     */
    public EndpointClient open(String endpoint, Map<String, String> environment)
            throws CommandFailed {
        return new EndpointClient(
                EndpointUrl.of(typed(environment).orElse(USUAL), endpoint), key(environment));
    }

    /** The named server, else the one that {@code heritage up} starts. */
    public Server open(Map<String, String> environment) throws CommandFailed {
        return Server.at(typed(environment).orElse(USUAL), key(environment));
    }

    private Optional<String> key(Map<String, String> environment) throws CommandFailed {
        Optional<String> found =
                keyFile == null
                        ? Optional.ofNullable(key)
                                .or(() -> Optional.ofNullable(environment.get("HERITAGE_API_KEY")))
                                .or(() -> Optional.ofNullable(environment.get("RUNPOD_API_KEY")))
                        : Optional.of(read(keyFile));
        Optional<String> stripped = found.map(String::strip).filter(text -> !text.isEmpty());
        if (stripped.filter(text -> !text.matches("[\\x21-\\x7e]+")).isPresent()) {
            throw new CommandFailed(
                    ExitCode.UNAUTHORIZED,
                    "the key contains an invalid character, such as a line break");
        }
        return stripped;
    }

    private static String read(Path file) throws CommandFailed {
        try {
            if (Files.size(file) > LONGEST_KEY) {
                throw new CommandFailed(ExitCode.USAGE, file + " is too long for a key");
            }
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.USAGE, "cannot read the key file " + file, e);
        }
    }
}
