package io.heritage.standalone.cli.command;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option for the configuration file. */
public final class ConfigOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = {
                "Configuration, YAML or JSON (default: $$HERITAGE_CONFIG).",
                "All keys: docs/configuration.md."
            })
    private @Nullable Path file;

    public Optional<Path> file(Map<String, String> environment) {
        return Optional.ofNullable(file)
                .or(() -> Optional.ofNullable(environment.get("HERITAGE_CONFIG")).map(Path::of));
    }
}
