package io.heritage.standalone.cli.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Wire;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs} against a server whose answers are known. */
abstract class JobsCommandFixture {
    static final String LIST = "GET /v2/restore/requests?limit=20";
    static final String SHOW = "GET /v2/restore/requests/j-1";
    static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    FakeServer server;
    @TempDir Path folder;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    int run(String... arguments) {
        return run(Terminal.none(), Map.of(), arguments);
    }

    int run(Terminal terminal, Map<String, String> more, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var environment = new HashMap<String, String>(Map.of("HERITAGE_URL", server.url()));
        environment.putAll(more);
        return HeritageCommand.line(terminal, environment)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    JsonNode json() throws Exception {
        assertThat(out.toString().lines()).as("one value on stdout").hasSize(1);
        return Wire.json().readTree(out.toString());
    }

    static String job(String id, String status, String more) {
        return """
        {"id":"%s","status":"%s","createdAt":"2026-11-29T01:00:0%s.5Z"%s}\
        """
                .formatted(id, status, id.charAt(id.length() - 1), more);
    }
}
