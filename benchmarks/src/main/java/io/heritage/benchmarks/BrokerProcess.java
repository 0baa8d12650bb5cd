package io.heritage.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heritage.transport.broker.EmbeddedBrokerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A broker in a separate process, so that it shares no heap with the measured code. */
final class BrokerProcess implements AutoCloseable {
    private final Path folder = Files.createTempDirectory("benchmark-broker");
    private final Process process;
    private final String servers;

    /** Returns when the broker is ready. */
    BrokerProcess() throws IOException {
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx1g",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EmbeddedBrokerMain.class.getName(),
                                folder.toString(),
                                "0")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        servers = readyLine();
    }

    /** Bootstrap servers for clients. */
    String servers() {
        return servers;
    }

    private String readyLine() throws IOException {
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("ready ")) {
                Thread.ofVirtual().start(() -> drain(process.getInputStream()));
                return line.substring("ready ".length());
            }
        }
        throw new IOException("the broker ended before it was ready");
    }

    /** A full pipe would stop the broker. */
    private static void drain(InputStream output) {
        try {
            output.transferTo(OutputStream.nullOutputStream());
        } catch (IOException closed) {
            System.err.println("the broker's output is closed");
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        process.waitFor();
        Arguments.delete(folder);
    }
}
