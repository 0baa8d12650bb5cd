package io.heritage.processor.device;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The platform thread that owns a device; other threads hand work over and wait. */
public final class DeviceThread implements AutoCloseable {

    /** Work on the device's thread. */
    @FunctionalInterface
    public interface Task<T> {
        T run() throws IOException;
    }

    private final ExecutorService thread;

    public DeviceThread(String name) {
        this.thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name(name).factory());
    }

    /** An executor that runs its tasks on the thread. */
    public Executor executor() {
        return thread;
    }

    /** The same for work whose end somebody waits for elsewhere. */
    public <T> Future<T> begin(Callable<T> work) {
        return thread.submit(work);
    }

    /**
     * Runs the work to its end. If the caller is interrupted meanwhile, {@code onInterrupt} is run,
     * the end still awaited and the interrupt kept for the caller.
     */
    public <T> T call(Task<T> task, Runnable onInterrupt) throws IOException {
        Future<T> result = thread.submit(task::run);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                    onInterrupt.run();
                }
            }
        } catch (ExecutionException e) {
            throw causeOf(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException causeOf(ExecutionException e) {
        return switch (e.getCause()) {
            case IOException cause -> cause;
            case RuntimeException cause -> throw cause;
            case Error cause -> throw cause;
            case null, default -> throw new IllegalStateException(e);
        };
    }

    /** Runs the last work, which frees the device; the thread ends even if it fails. */
    public void closeAfter(Runnable last) throws IOException {
        try {
            call(
                    () -> {
                        last.run();
                        return true;
                    },
                    () -> {});
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
