package io.heritage.standalone.cli.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/**
 * Turns Ctrl-C and SIGTERM into an interrupt of the working thread, and gives it time to cancel and
 * clean up: the JVM ends (with 130 or 143) when this is closed. A second Ctrl-C ends it at once.
 */
public final class Interruption implements AutoCloseable {
    private static final Duration TIME_TO_TIDY_UP = Duration.ofSeconds(40);

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch tidy = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "interruption");
    private volatile boolean requested;
    private volatile boolean starting;

    private Interruption() {}

    /** Watches the calling thread. */
    public static Interruption watch() {
        var interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /**
     * A signal during a start ends the JVM at once. A start leaves nothing that a kill would not
     * leave too, and a broker that is interrupted while it starts prints stack traces.
     */
    public void starting(boolean now) {
        starting = now;
    }

    public boolean isRequested() {
        return requested;
    }

    private void interrupt() {
        requested = true;
        if (starting) {
            return;
        }
        Signal.handle(new Signal("INT"), _ -> Runtime.getRuntime().halt(ExitCode.STOPPED));
        worker.interrupt();
        try {
            if (!tidy.await(TIME_TO_TIDY_UP.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("heritage: did not stop in time, ending anyway");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        tidy.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException _) {
                // The shutdown has just begun, and the hook finds nothing left to do.
                return;
            }
        }
    }
}
