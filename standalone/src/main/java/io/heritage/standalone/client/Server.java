package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A server with its endpoints. Any thread. */
public final class Server implements AutoCloseable {
    /** Endpoints of a server that does not list them. */
    private static final List<String> USUAL = List.of("interpolate", "restore");

    private static final int NOT_FOUND = 404;

    private final URI root;
    private final Optional<String> named;
    private final ServerCalls calls;

    private Server(URI root, Optional<String> named, ServerCalls calls) {
        this.root = root;
        this.named = named;
        this.calls = calls;
    }

    /**
     * @param typed the root of a server, its {@code /v2}, or an endpoint
     * @throws IllegalArgumentException if it is no http URL
     */
    public static Server at(String typed, Optional<String> key) {
        URI root = EndpointUrl.root(typed);
        return new Server(root, EndpointUrl.endpointIn(typed), new ServerCalls(root, key));
    }

    public EndpointClient endpoint(String name) {
        return new EndpointClient(EndpointUrl.of(root.toString(), name), calls);
    }

    /**
     * The endpoint of the URL, else all that the server names, else those that every server has.
     *
     * @throws ServerUnreachable if it does not answer
     */
    public List<String> endpoints() throws IOException, InterruptedException {
        if (named.isPresent()) {
            return List.of(named.get());
        }
        try {
            JsonNode list =
                    calls.json(
                            calls.request(URI.create(root + "/console/endpoints.json")).GET(),
                            root.toString());
            List<String> names = new ArrayList<>();
            list.path("endpoints").forEach(each -> names.add(each.path("id").asText()));
            return names.isEmpty() ? USUAL : names;
        } catch (ServerRefused unknown) {
            if (unknown.status() == NOT_FOUND) {
                return USUAL;
            }
            throw unknown;
        }
    }

    @Override
    public String toString() {
        return root.toString();
    }

    /** Does not wait for calls under way. */
    @Override
    public void close() {
        calls.close();
    }
}
