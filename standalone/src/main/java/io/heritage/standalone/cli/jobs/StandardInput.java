package io.heritage.standalone.cli.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Reads stdin on a separate thread, because a read of a terminal or a pipe cannot be interrupted,
 * and Ctrl-C would wait for the user's next line.
 */
public final class StandardInput {
    private StandardInput() {}

    /** Work on the stream. */
    public interface Reading<T> {
        T read(InputStream stdin) throws IOException;
    }

    /**
     * @throws InterruptedException at once, when the user stopped the command
     */
    public static <T> T read(Reading<T> reading) throws IOException, InterruptedException {
        var task = new FutureTask<T>(() -> reading.read(System.in));
        Thread.ofPlatform().daemon().name("stdin").start(task);
        try {
            return task.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException broken
                    ? broken
                    : new IOException("cannot read stdin: " + failed.getCause(), failed);
        }
    }
}
