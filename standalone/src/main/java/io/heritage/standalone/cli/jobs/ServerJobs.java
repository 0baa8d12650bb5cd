package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.Server;
import io.heritage.standalone.client.ServerRefused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The endpoints of a server that a command uses, and the one that has a job. */
final class ServerJobs implements AutoCloseable {
    private static final int NOT_FOUND = 404;

    private final Server server;
    private final Optional<String> endpoint;

    /**
     * @param endpoint the only one to use; empty for all
     */
    ServerJobs(Server server, Optional<String> endpoint) {
        this.server = server;
        this.endpoint = endpoint;
    }

    /** A job and its endpoint. */
    record Found(EndpointClient at, JsonNode details) {
        String status() {
            return details.path("status").asText();
        }
    }

    /** A call to an endpoint. */
    interface Question<T> {
        T ask(EndpointClient endpoint) throws IOException, InterruptedException;
    }

    EndpointClient endpoint(String name) {
        return server.endpoint(name);
    }

    List<String> endpoints() throws IOException, InterruptedException {
        return endpoint.isPresent() ? List.of(endpoint.get()) : server.endpoints();
    }

    /** Calls all endpoints; skips one that the server does not have, unless it was named. */
    <T> List<T> each(Question<T> question) throws IOException, InterruptedException {
        List<String> names = endpoints();
        List<T> answers = new ArrayList<>();
        for (String name : names) {
            try {
                answers.add(question.ask(server.endpoint(name)));
            } catch (ServerRefused refused) {
                if (refused.status() != NOT_FOUND || names.size() == 1) {
                    throw refused;
                }
            }
        }
        return answers;
    }

    /**
     * @throws CommandFailed if no endpoint knows it
     */
    Found find(String job) throws IOException, InterruptedException, CommandFailed {
        for (String name : endpoints()) {
            EndpointClient client = server.endpoint(name);
            try {
                return new Found(client, client.job(job));
            } catch (ServerRefused refused) {
                if (refused.status() != NOT_FOUND) {
                    throw refused;
                }
            }
        }
        throw new CommandFailed(
                ExitCode.ERROR,
                "%s has no job %s for this key at %s"
                        .formatted(server, job, String.join(", ", endpoints())),
                "'heritage jobs list' shows the jobs that are kept",
                null);
    }

    @Override
    public void close() {
        server.close();
    }
}
