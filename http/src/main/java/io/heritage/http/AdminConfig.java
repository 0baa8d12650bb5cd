package io.heritage.http;

import java.util.ArrayList;

/**
 * The admin port of a process: probes, metrics, and a sink's answers to a scaler. It changes
 * nothing and shows no contents of jobs, but needs no key either.
 *
 * @param enabled whether there is such a port
 * @param host address to bind to
 * @param port 0 takes any free one
 */
public record AdminConfig(boolean enabled, String host, int port) {
    private static final int PORT = 8081;

    public AdminConfig {
        var wrong = new ArrayList<String>();
        if (host.isBlank()) {
            wrong.add("host: expected an address to bind to");
        }
        if (port < 0 || port > 65_535) {
            wrong.add("port: expected 0 to 65535, found " + port);
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", wrong));
        }
    }

    public static AdminConfig defaults() {
        return new AdminConfig(true, "127.0.0.1", PORT);
    }
}
