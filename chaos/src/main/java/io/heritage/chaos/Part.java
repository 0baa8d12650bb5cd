package io.heritage.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process of the installation under test. It is started again whenever it ends, as a service
 * manager would, unless it is held down.
 */
final class Part implements AutoCloseable {
    private static final Duration RESTART_PAUSE = Duration.ofMillis(500);

    /** Exit codes of a process that stopped when asked to; 143 is SIGTERM's. */
    private static final Set<Integer> STOPPED = Set.of(0, 143);

    /** Its command. */
    enum Kind {
        BROKER,
        SINK,
        GATEWAY,
        PROCESSOR
    }

    /** One life of the process. */
    record Life(String part, long pid, long fromNanos) {}

    private final Kind kind;
    private final String name;
    private final Path log;
    private volatile List<String> command;
    private volatile @Nullable Process process;
    private volatile @Nullable Life life;
    private volatile boolean held = true;
    private volatile boolean closed;
    private volatile boolean killed;
    private final List<Long> ownEnds = new ArrayList<>();
    private final Thread keeper;

    /**
     * @param log appended to by all lives
     */
    Part(Kind kind, String name, Path log, List<String> command) {
        this.kind = kind;
        this.name = name;
        this.log = log;
        this.command = List.copyOf(command);
        this.keeper = Thread.ofPlatform().daemon().name("keeper-" + name).unstarted(this::keep);
    }

    Kind kind() {
        return kind;
    }

    String name() {
        return name;
    }

    /** The present life; null between two. */
    @Nullable Life life() {
        Process now = process;
        return now != null && now.isAlive() ? life : null;
    }

    void start() {
        held = false;
        keeper.start();
    }

    /** Applies from the next start. */
    void command(List<String> changed) {
        command = List.copyOf(changed);
    }

    /** Kills it with SIGKILL; it stays down until {@link #release}. */
    void kill() throws InterruptedException {
        held = true;
        Process now = process;
        if (now != null) {
            killed = true;
            now.destroyForcibly().waitFor();
        }
    }

    void release() {
        held = false;
    }

    /**
     * Asks it to stop, as Kubernetes does, and kills it if it has not within the grace. It stays
     * down until {@link #release}.
     *
     * @return whether it stopped by itself and said that all was well
     */
    boolean end(Duration grace) throws InterruptedException {
        held = true;
        Process now = process;
        if (now == null) {
            return false;
        }
        killed = true;
        now.destroy();
        boolean ended = now.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS);
        now.destroyForcibly().waitFor();
        return ended && STOPPED.contains(now.exitValue());
    }

    /**
     * @param signal {@code STOP} or {@code CONT}
     */
    void signal(String signal) throws IOException, InterruptedException {
        Process now = process;
        if (now != null && now.isAlive()) {
            new ProcessBuilder("kill", "-" + signal, Long.toString(now.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    /** When it ended without being killed, by {@link System#nanoTime}. */
    synchronized List<Long> ownEnds() {
        return List.copyOf(ownEnds);
    }

    private void keep() {
        try {
            while (!closed) {
                if (held) {
                    Thread.sleep(20);
                    continue;
                }
                runOnce();
            }
        } catch (InterruptedException _) {
            // closing
        } catch (IOException e) {
            throw new IllegalStateException("cannot start " + name, e);
        }
    }

    private void runOnce() throws IOException, InterruptedException {
        killed = false;
        Process started =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .start();
        process = started;
        life = new Life(name, started.pid(), System.nanoTime());
        if (closed) {
            started.destroyForcibly();
        }
        int code = started.waitFor();
        if (!killed && !closed) {
            synchronized (this) {
                ownEnds.add(System.nanoTime());
            }
            Files.writeString(
                    log,
                    "chaos: %s ended by itself with code %d%n".formatted(name, code),
                    StandardOpenOption.APPEND);
            Thread.sleep(RESTART_PAUSE);
        }
    }

    /**
     * Asks it to stop, and kills it if it does not; it is not started again.
     *
     * @return whether it stopped by itself in time
     */
    boolean stop(Duration within) throws InterruptedException {
        closed = true;
        held = true;
        Process now = process;
        boolean clean = true;
        if (now != null) {
            now.destroy();
            clean = now.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
            now.destroyForcibly().waitFor();
        }
        keeper.interrupt();
        return clean;
    }

    /** The same of several at a time; returns those that did not stop by themselves in time. */
    static List<String> stop(List<Part> parts, Duration within) throws InterruptedException {
        var unclean = new ArrayList<String>();
        var stops = new ArrayList<Thread>();
        for (Part part : parts) {
            stops.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    if (!part.stop(within)) {
                                        synchronized (unclean) {
                                            unclean.add(part.name());
                                        }
                                    }
                                } catch (InterruptedException _) {
                                    Thread.currentThread().interrupt();
                                }
                            }));
        }
        for (Thread stop : stops) {
            stop.join();
        }
        return unclean;
    }

    @Override
    public void close() {
        closed = true;
        Process now = process;
        if (now != null) {
            now.destroyForcibly();
        }
    }
}
