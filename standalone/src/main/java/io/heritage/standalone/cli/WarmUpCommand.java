package io.heritage.standalone.cli;

import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.output.PartialFile;
import io.heritage.standalone.services.CannotStart;
import io.heritage.standalone.services.Standalone;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Starts everything once, so that the JVM records in its AOT cache which classes a start loads and
 * links, and later starts are faster. The launcher runs this after a build. The client commands
 * have their own cache, for which they call a {@link StandInServer}.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Starts and stops all services once, to fill the AOT cache of the JVM.")
final class WarmUpCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "DIR", description = "Folder for data; removed again.")
    private Path folder = Path.of("");

    @Option(
            names = "--client",
            description = "Run the commands that ask a server instead, each once.")
    private boolean client;

    @Override
    public Integer call()
            throws InvalidConfiguration, CannotStart, IOException, InterruptedException {
        if (client) {
            try (StandInServer server = StandInServer.start()) {
                return askEverything(server.url());
            }
        }
        try (var data = new PartialFile(folder)) {
            Files.createDirectories(data.path());
            HeritageConfig config =
                    HeritageConfig.loadForUp(
                            Optional.empty(),
                            Map.of(),
                            List.of(
                                    new HeritageConfig.Flag("train", "gateway.port", "0"),
                                    new HeritageConfig.Flag(
                                            "train", "data", data.path().toString())));
            try (Standalone server = Standalone.start(config)) {
                askForHealth(server.port());
            }
        }
        return ExitCode.OK;
    }

    /** The worst exit code of the interactive commands. */
    private static int askEverything(String url) {
        var nowhere = new PrintWriter(Writer.nullWriter());
        int worst = ExitCode.OK;
        for (List<String> command :
                List.of(
                        List.of("jobs", "list"),
                        List.of("jobs", "show", StandInServer.JOB),
                        List.of("jobs", "cancel", StandInServer.JOB),
                        List.of("run", "restore", "{}", "--detach"),
                        List.of("workers"),
                        List.of("health"))) {
            List<String> words = new ArrayList<>(command);
            words.addAll(List.of("--url", url));
            int code =
                    HeritageCommand.lineFor(words, Terminal.none(), Map.of())
                            .setOut(nowhere)
                            .setErr(nowhere)
                            .execute(words.toArray(String[]::new));
            worst = ExitCode.worst(worst, code);
        }
        return worst;
    }

    private static void askForHealth(int port) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + port + "/v2/restore/runsync"))
                            .POST(BodyPublishers.ofString("{\"input\":{\"action\":\"health\"}}"))
                            .build();
            var _ = http.send(request, BodyHandlers.discarding());
        }
    }
}
