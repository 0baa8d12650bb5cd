package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Wire;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.ProgressOption;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.ServerUnreachable;
import io.heritage.standalone.progress.ProgressSubject;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = {
            "Sends a request unchanged to any endpoint, waits for the job, and prints it as JSON"
                    + " with links in place of media. Ctrl-C cancels the job."
        },
        footer = {
            "",
            "Examples:",
            "  heritage run interpolate '{\"input\": {}}'",
            "  heritage run restore @request.json --detach",
            "  jq -n '{input: {}}' | heritage run interpolate - --sync",
            ""
        })
public final class RunCommand extends ClientCommand {
    /** Its id comes within a second: until then Ctrl-C could not cancel the job. */
    private static final String SYNC = "runsync?wait=1000";

    private static final String COMPLETED = "COMPLETED";

    @Mixin private final ProgressOption progress = new ProgressOption();

    @Parameters(index = "0", paramLabel = "ENDPOINT", description = "Such as restore.")
    private String endpoint = "";

    @Parameters(
            index = "1",
            paramLabel = "JSON",
            description = "The request as JSON, @FILE to read it from a file, or - for stdin.")
    private String request = "";

    @Option(
            names = "--sync",
            description = {
                "Print the whole reply of runsync, media in base64 included, when the job has ended."
            })
    private boolean sync;

    @Option(
            names = "--stream",
            description = "Print each part of the result as it comes, one JSON object a line.")
    private boolean stream;

    @Option(names = "--detach", description = "Print the id of the job and do not wait.")
    private boolean detach;

    @Option(
            names = "--webhook",
            paramLabel = "URL",
            description = "Webhook: the server calls this URL when the job ends.")
    private @Nullable String webhook;

    RunCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(ServerJobs server) throws IOException, InterruptedException, CommandFailed {
        if (!endpoint.matches("[A-Za-z0-9_-]{1,100}")) {
            throw wrong("expected the name of an endpoint, found '" + endpoint + "'");
        }
        if ((sync ? 1 : 0) + (stream ? 1 : 0) + (detach ? 1 : 0) > 1) {
            throw wrong("--sync, --stream and --detach exclude each other");
        }
        EndpointClient client = server.endpoint(endpoint);
        BodyPublisher body = body();
        JsonNode job = client.send(sync ? SYNC : "run", body);
        String id = job.path("id").asText();
        if (detach) {
            detached(client, id);
            return ExitCode.OK;
        }
        try {
            if (sync) {
                return conclude(new RawJob(client, id, this::open).wholeReply(job));
            }
            return stream ? streamed(client, id) : watched(client, id);
        } catch (InterruptedException stopped) {
            cancel(client, id);
            throw stopped;
        } catch (ServerUnreachable away) {
            throw RemoteJob.leftAlone(id, away);
        }
    }

    private ProgressView open(String id) {
        return progress.open(context(), new ProgressSubject("", "frames", id));
    }

    private BodyPublisher body() throws IOException, InterruptedException {
        boolean asItIs = webhook == null && request.startsWith("@");
        if (asItIs) {
            return BodyPublishers.ofFile(file());
        }
        if (webhook == null && request.equals("-")) {
            return BodyPublishers.ofInputStream(() -> System.in);
        }
        JsonNode parsed = parsed();
        if (!(parsed instanceof ObjectNode object)) {
            throw wrong("expected a JSON object, found " + parsed.getNodeType());
        }
        if (webhook != null) {
            object.put("webhook", webhook);
        }
        return BodyPublishers.ofString(object.toString());
    }

    private Path file() {
        Path file = Path.of(request.substring(1));
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw wrong("cannot read " + file);
        }
        return file;
    }

    private JsonNode parsed() throws IOException, InterruptedException {
        try {
            if (request.equals("-")) {
                return StandardInput.read(Wire.json()::readTree);
            }
            return request.startsWith("@")
                    ? Wire.json().readTree(file().toFile())
                    : Wire.json().readTree(request);
        } catch (com.fasterxml.jackson.core.JsonProcessingException notJson) {
            throw wrong("the request is not JSON: " + notJson.getOriginalMessage());
        }
    }

    private void detached(EndpointClient client, String id) {
        if (json()) {
            print(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("job", id)
                            .put("endpoint", endpoint)
                            .put("console", client.url().consoleLink(id)));
        } else {
            note(client.url().consoleLink(id));
            out().println(id);
            out().flush();
        }
    }

    private int watched(EndpointClient client, String id) throws IOException, InterruptedException {
        try (ProgressView view = open(id)) {
            view.note("job %s, %s".formatted(id, client.url().consoleLink(id)));
            var patience = new Patience(view::note);
            JsonNode known = patience.ask(() -> client.job(id));
            JsonNode ended = new JobWatch(client, id, view).untilItEnds(known).details();
            view.close();
            return conclude(JobFacts.of(ended, client).json());
        }
    }

    private int streamed(EndpointClient client, String id)
            throws IOException, InterruptedException {
        JsonNode ended = new RawJob(client, id, this::open).parts(this::print);
        String status = ended.path("status").asText();
        if (!status.equals(COMPLETED)) {
            err().println(
                            "heritage: job %s: %s %s"
                                    .formatted(id, status, ended.path("error").asText(""))
                                    .strip());
        }
        return ExitCode.of(status, errorCode(ended));
    }

    private int conclude(JsonNode job) {
        print(job);
        return ExitCode.of(job.path("status").asText(), errorCode(job));
    }

    private static String errorCode(JsonNode job) {
        return job.at("/output/error_code").asText("");
    }

    private void cancel(EndpointClient client, String id) {
        try {
            err().println("heritage: job " + id + ": " + client.cancel(id).status());
        } catch (IOException | InterruptedException unreachable) {
            err().println(
                            "heritage: job "
                                    + id
                                    + " may still be running: "
                                    + unreachable.getMessage());
        }
    }
}
