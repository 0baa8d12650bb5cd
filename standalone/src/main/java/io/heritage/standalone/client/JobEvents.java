package io.heritage.standalone.client;

import io.heritage.schemas.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Reads server-sent events; a line that has been silent for 40 s is given up. */
final class JobEvents {
    /** Longer than the 15 s between two comments of a server. */
    static final Duration SILENCE = Duration.ofSeconds(40);

    private JobEvents() {}

    /** Returns when the server ends the stream. */
    static void read(InputStream body, JobListener listener) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        var data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                tell(data, listener);
            } else if (line.startsWith("data:")) {
                data.append(line.substring("data:".length()).strip());
            }
        }
    }

    private static void tell(StringBuilder data, JobListener listener) throws IOException {
        if (!data.isEmpty()) {
            String json = data.toString();
            data.setLength(0);
            listener.event(Wire.json().readTree(json));
        }
    }
}
