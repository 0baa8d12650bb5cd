package io.heritage.transport.broker;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An embedded broker that stops before the disk is full. Kafka ends its process at the first write
 * that fails, so this broker is stopped cleanly while there is still room for that, and restarted
 * at the same port when there is room; meanwhile its clients find it unavailable. A reserve is
 * released if nothing else is left, when another program has filled the disk at once. The reasons:
 * docs/rationale.md, "The embedded broker leaves a full disk".
 *
 * <p>A separate thread checks ten times a second. One at a time in a process, because Kafka's halt
 * procedure is set for the whole process.
 */
public final class GuardedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedBroker.class);

    /** Space that a clean stop needs: markers, snapshots, and records written until then. */
    static final long STOP_BELOW = 32L << 20;

    /** The reserve is released below this: by then a program that fills the disk has failed. */
    private static final long GIVE_BACK_BELOW = 4L << 20;

    /** Free space for a restart, without the reserve; high, so that the broker does not flap. */
    static final long START_FROM = 128L << 20;

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration LOOK_WHILE_STOPPING = Duration.ofMillis(20);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(60);
    private static final int MOST_FAILURES = 10;

    private final EmbeddedBrokerConfig config;
    private final UsableSpace disk;
    private final DiskReserve reserve;
    private final Consumer<String> end;
    private final String bootstrapServers;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("broker-disk").factory());
    private @Nullable EmbeddedBroker broker;
    private int failures;
    private long notBefore = System.nanoTime();
    private boolean blind;

    /** Free space of a disk. */
    @FunctionalInterface
    interface UsableSpace {
        long bytes() throws IOException;
    }

    private GuardedBroker(
            EmbeddedBroker broker,
            EmbeddedBrokerConfig config,
            UsableSpace disk,
            Consumer<String> end) {
        this.broker = broker;
        this.config = config;
        this.disk = disk;
        this.reserve = new DiskReserve(config.dataDir().resolve("reserve"));
        this.end = end;
        this.bootstrapServers = broker.bootstrapServers();
    }

    /**
     * As {@link EmbeddedBroker#start}.
     *
     * @param end called on any thread with the reason why Kafka cannot continue; must end the
     *     process
     */
    public static GuardedBroker start(Path dataDir, boolean durable, Consumer<String> end)
            throws IOException {
        EmbeddedBrokerConfig config = EmbeddedBrokerConfig.in(dataDir);
        FileStore disk = Files.getFileStore(Files.createDirectories(dataDir));
        return start(durable ? config.durable() : config, disk::getUsableSpace, end);
    }

    static GuardedBroker start(EmbeddedBrokerConfig config, UsableSpace disk, Consumer<String> end)
            throws IOException {
        Exit.setHaltProcedure((_, message) -> end.accept(haltedIn(config.dataDir(), message)));
        EmbeddedBroker broker;
        try {
            broker = EmbeddedBroker.start(config);
        } catch (IOException | RuntimeException e) {
            Exit.resetHaltProcedure();
            throw e;
        }
        String address = broker.bootstrapServers();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        var guarded =
                new GuardedBroker(
                        broker,
                        new EmbeddedBrokerConfig(config.dataDir(), port, config.overrides()),
                        disk,
                        end);
        var _ =
                guarded.thread.scheduleWithFixedDelay(
                        guarded::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return guarded;
    }

    private static String haltedIn(Path dataDir, @Nullable String message) {
        return "the broker cannot continue with its data in %s%s. The disk may be full, or damaged; the log says more. Nothing that was accepted is lost: start again when there is room"
                .formatted(dataDir.toAbsolutePath(), message == null ? "" : ": " + message);
    }

    /** The same as long as this is open, whether the broker is running or not. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    private void look() {
        try {
            long free = disk.bytes();
            if (free < STOP_BELOW) {
                giveBack(free);
                stop(free);
            } else if (free >= START_FROM) {
                go(free);
            }
            blind = false;
        } catch (IOException | RuntimeException e) { // looked at again, whatever it was
            if (!blind) {
                LOG.atError()
                        .addKeyValue("folder", config.dataDir())
                        .setCause(e)
                        .log("cannot check the broker's disk; will retry");
            }
            blind = true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void giveBack(long free) throws IOException {
        if (free < GIVE_BACK_BELOW) {
            reserve.giveBack();
        }
    }

    private void stop(long free) throws IOException, InterruptedException {
        EmbeddedBroker running = broker;
        if (running == null) {
            return;
        }
        LOG.atError()
                .addKeyValue("folder", config.dataDir())
                .addKeyValue("freeMiB", free >> 20)
                .log("the disk is full, the broker is stopped until there is room");
        broker = null;
        Thread stopping =
                Thread.ofPlatform().daemon().name("broker-stop").start(() -> close(running));
        while (!stopping.join(LOOK_WHILE_STOPPING)) {
            giveBack(disk.bytes());
        }
    }

    private static void close(EmbeddedBroker running) {
        try {
            running.close();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("broker did not stop cleanly");
        }
    }

    private void go(long free) throws IOException {
        if (broker == null) {
            startAgain(free);
        }
        if (broker != null) {
            reserve.keep();
        }
    }

    private void startAgain(long free) {
        if (System.nanoTime() - notBefore < 0) {
            return;
        }
        try {
            broker = EmbeddedBroker.start(config);
            failures = 0;
            LOG.atWarn()
                    .addKeyValue("folder", config.dataDir())
                    .addKeyValue("freeMiB", free >> 20)
                    .log("there is room on the disk again, the broker is started");
        } catch (IOException | RuntimeException e) {
            notBefore = System.nanoTime() + PAUSE.toNanos();
            LOG.atError().setCause(e).log("cannot restart the broker");
            if (++failures == MOST_FAILURES) {
                end.accept(
                        "the disk has room again, but the broker does not start: "
                                + e.getMessage());
            }
        }
    }

    /** Leaves the reserve for the next start. Idempotent. */
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(this::closeBroker); // after a check that may be running
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                LOG.atError().addKeyValue("folder", config.dataDir()).log("broker does not stop");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Exit.resetHaltProcedure();
    }

    private void closeBroker() {
        if (broker != null) {
            close(broker);
            broker = null;
        }
    }
}
