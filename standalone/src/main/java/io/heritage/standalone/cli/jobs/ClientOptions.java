package io.heritage.standalone.cli.jobs;

import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ServerOptions;
import io.heritage.standalone.client.Server;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options of all commands that call a server. */
final class ClientOptions {
    @Mixin private final ServerOptions server = new ServerOptions();

    @Option(
            names = "--endpoint",
            paramLabel = "NAME",
            description = "Only this endpoint, such as restore (default: all).")
    private @Nullable String endpoint;

    @Option(
            names = "--json",
            description = {
                "Print the result as one JSON object, or an array, on stdout; an error too, as"
                        + " {\"error\": {\"code\", \"message\", \"hint\"}}."
            })
    private boolean json;

    boolean json() {
        return json;
    }

    ServerJobs open(CommandSpec spec, CommandContext context) throws CommandFailed {
        server.check(spec, context.environment());
        if (endpoint != null && !endpoint.matches("[A-Za-z0-9_-]{1,100}")) {
            throw new ParameterException(
                    spec.commandLine(), "--endpoint: expected a name, found '" + endpoint + "'");
        }
        Server named = server.open(context.environment());
        return new ServerJobs(named, Optional.ofNullable(endpoint));
    }
}
