package io.heritage.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file system in memory, for the folder of one part. Needs the right to mount. */
final class Disk implements AutoCloseable {
    private static final String ROOMY = "4g";

    private static final int TRIES = 20;

    private final Path folder;

    private Disk(Path folder) {
        this.folder = folder;
    }

    /** Whether this process may mount. */
    static boolean possible(Path scratch) throws IOException, InterruptedException {
        Path probe = Files.createDirectories(scratch.resolve("disk"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "chaos", probe + "");
        if (mounted) {
            run("umount", probe + "");
        }
        Files.delete(probe);
        return mounted;
    }

    static Disk mount(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        if (!run("mount", "-t", "tmpfs", "-o", "size=" + ROOMY, "chaos", folder + "")) {
            throw new IOException("cannot mount at " + folder);
        }
        return new Disk(folder);
    }

    /** Shrinks the file system to its content, so that it is full. */
    void full() throws IOException, InterruptedException {
        var store = Files.getFileStore(folder);
        for (int tries = 0; tries < TRIES; tries++) { // it is written to meanwhile
            long used = store.getTotalSpace() - store.getUnallocatedSpace();
            long size = Math.max(4096, used) + (256L << 10) * tries;
            if (run("mount", "-o", "remount,size=" + size, folder + "")) {
                return;
            }
        }
        throw new IOException("cannot make the disk full: " + folder);
    }

    void roomy() throws IOException, InterruptedException {
        run("mount", "-o", "remount,size=" + ROOMY, folder + "");
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", "-l", folder + "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
