package io.heritage.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Observations of all clients, in memory and as one line of JSON each. Any thread. */
final class ObservationLog implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final long start = System.nanoTime();
    private final Instant startedAt = Instant.now();
    private final List<Observation> all = new ArrayList<>();
    private final BufferedWriter file;

    private ObservationLog(BufferedWriter file) {
        this.file = file;
    }

    static ObservationLog to(Path file) throws IOException {
        return new ObservationLog(Files.newBufferedWriter(file));
    }

    /** Milliseconds since the run began. */
    long now() {
        return millisOf(System.nanoTime());
    }

    /** The same of a time by {@link System#nanoTime}. */
    long millisOf(long nanoTime) {
        return (nanoTime - start) / 1_000_000;
    }

    /** The wall clock when the run began. */
    Instant startedAt() {
        return startedAt;
    }

    synchronized void add(Observation observation) {
        all.add(observation);
        try {
            file.write(JSON.writeValueAsString(observation));
            file.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized List<Observation> all() {
        return List.copyOf(all);
    }

    /** As they were written to a file. */
    static List<Observation> read(Path file) throws IOException {
        var read = new ArrayList<Observation>();
        for (String line : Files.readAllLines(file)) {
            read.add(JSON.readValue(line, Observation.class));
        }
        return read;
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
