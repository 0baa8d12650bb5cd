package io.heritage.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heritage.standalone.Heritage;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway or a sink in a separate process with a given heap. */
final class ServiceProcess implements AutoCloseable {
    private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\((\\d+)M\\)");
    private static final int LINES_TOLD = 20;

    private final String command;
    private final Path log;
    private final Path collections;
    private final Process process;
    private int passedOver;

    /**
     * Heap in whole MiB at collections.
     *
     * @param full number of collections of the whole heap
     * @param live most heap after one of these
     * @param used most heap before any collection
     */
    record Heap(int full, long live, long used) {}

    /**
     * @param command {@code gateway} or {@code sink}
     * @param heap in MiB
     * @param config that the process reads; its logs lie beside
     */
    ServiceProcess(String command, int heap, Path config) throws IOException {
        this.command = command;
        this.log = config.resolveSibling(command + ".log");
        this.collections = config.resolveSibling(command + ".gc");
        this.process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + heap + "m",
                                "-XX:+UseSerialGC",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Xlog:gc:file=" + collections + "::filecount=0",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Heritage.class.getName(),
                                command,
                                "--config",
                                config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Returns when the process says that it has started. */
    void awaitStarted() throws IOException, InterruptedException {
        while (!Files.readString(log, UTF_8).contains(command + ": started")) {
            requireAlive();
            Thread.sleep(20);
        }
    }

    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            tell();
            throw new IllegalStateException("the " + command + " has ended, see its log above");
        }
    }

    /** Prints the last lines of its log. */
    void tell() throws IOException {
        List<String> lines = Files.readAllLines(log, UTF_8);
        System.err.println(command + ":");
        lines.stream().skip(Math.max(0, lines.size() - LINES_TOLD)).forEach(System.err::println);
    }

    /** Peak resident memory, in MiB. */
    long peakMebibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"), UTF_8).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    /** Passes over the collections until now. */
    void measureHeapFromNow() throws IOException {
        passedOver = Files.readAllLines(collections, UTF_8).size();
    }

    /** Statistics of the collections. */
    Heap heap() throws IOException {
        int full = 0;
        long live = 0;
        long used = 0;
        List<String> lines = Files.readAllLines(collections, UTF_8);
        for (String line : lines.subList(passedOver, lines.size())) {
            Matcher sizes = COLLECTION.matcher(line);
            if (sizes.find()) {
                used = Math.max(used, Long.parseLong(sizes.group(1)));
                if (line.contains("Pause Full")) {
                    full++;
                    live = Math.max(live, Long.parseLong(sizes.group(2)));
                }
            }
        }
        return new Heap(full, live, used);
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
