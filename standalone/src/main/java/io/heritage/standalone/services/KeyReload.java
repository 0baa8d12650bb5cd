package io.heritage.standalone.services;

import io.heritage.gateway.call.ApiKey;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks every two seconds whether the configuration file has changed, and gives its keys to the
 * gateway. An unreadable or invalid file changes nothing. Runs on its own virtual thread.
 */
public final class KeyReload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyReload.class);
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final Path file;
    private final Loader loader;
    private final Thread thread;

    /** Content of the file at the last check; empty before the first, which compares the keys. */
    private byte[] seen = {};

    private List<ApiKey> keys;

    /** Reads the configuration again. */
    @FunctionalInterface
    public interface Loader {
        HeritageConfig load() throws InvalidConfiguration;
    }

    private KeyReload(Path file, Loader loader, List<ApiKey> keys, Consumer<List<ApiKey>> gateway) {
        this.file = file;
        this.loader = loader;
        this.keys = keys;
        this.thread = Thread.ofVirtual().name("key-reload").start(() -> follow(gateway));
    }

    /**
     * @param keys that the gateway was started with
     * @param gateway takes others, or throws {@link IllegalArgumentException}
     */
    public static KeyReload start(
            Path file, Loader loader, List<ApiKey> keys, Consumer<List<ApiKey>> gateway) {
        return new KeyReload(file, loader, keys, gateway);
    }

    private void follow(Consumer<List<ApiKey>> gateway) {
        try {
            while (!Thread.interrupted()) {
                Thread.sleep(EVERY);
                look(gateway);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void look(Consumer<List<ApiKey>> gateway) {
        byte[] now = content(file);
        if (now.length == 0 || Arrays.equals(now, seen)) {
            return;
        }
        try {
            List<ApiKey> found = loader.load().gateway().keys();
            if (!Arrays.equals(now, content(file))) {
                return; // it is being written, so the content may be incomplete
            }
            seen = now;
            if (!found.equals(keys)) {
                gateway.accept(found);
                keys = found;
            }
        } catch (InvalidConfiguration | RuntimeException wrong) {
            if (!Arrays.equals(now, content(file))) {
                return;
            }
            seen = now;
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("error", wrong.getMessage())
                    .log("changed configuration is invalid; keys are unchanged");
        }
    }

    /** Empty if it cannot be read, for example while it is being replaced. */
    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            return new byte[0];
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
