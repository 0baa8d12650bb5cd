package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.call.ApiKey;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyReloadTest {
    @TempDir Path folder;

    private static String keys(String name) {
        return "gateway:\n  keys:\n    - name: %s\n      sha256: %s\n      owner: studio\n"
                .formatted(name, ApiKey.ofPlain(name, "hk-" + name).sha256());
    }

    @Test
    void aChangedFileGivesItsKeysAndAWrongOneChangesNothing() throws Exception {
        Path file = Files.writeString(folder.resolve("heritage.yaml"), keys("first"));
        var wrong = new CountDownLatch(1);
        KeyReload.Loader loader =
                () -> {
                    try {
                        return load(file);
                    } catch (InvalidConfiguration e) {
                        wrong.countDown();
                        throw e;
                    }
                };
        var used = new LinkedBlockingQueue<List<ApiKey>>();
        try (var reload =
                KeyReload.start(file, loader, loader.load().gateway().keys(), used::add)) {
            Files.writeString(file, keys("first") + "nonsense: true\n");
            assertThat(wrong.await(1, TimeUnit.MINUTES)).isTrue();
            Files.writeString(file, keys("second"));
            List<ApiKey> found = Objects.requireNonNull(used.poll(1, TimeUnit.MINUTES));
            assertThat(found).extracting(ApiKey::name).containsExactly("second");
            assertThat(found).extracting(ApiKey::owner).containsExactly("studio");
            assertThat(reload).isNotNull();
        }
    }

    /** The fault: a file that was empty for a moment opened a gateway on loopback to everybody. */
    @Test
    void aFileThatIsBeingWrittenWhileItIsReadIsReadAgain() throws Exception {
        Path file = Files.writeString(folder.resolve("heritage.yaml"), keys("first"));
        List<ApiKey> first = load(file).gateway().keys();
        var loads = new AtomicInteger();
        KeyReload.Loader loader =
                () -> {
                    boolean inBetween = loads.incrementAndGet() == 1;
                    write(file, inBetween ? "" : keys("second"));
                    HeritageConfig read = load(file);
                    write(file, keys("second"));
                    return read;
                };
        var used = new LinkedBlockingQueue<List<ApiKey>>();
        try (var reload = KeyReload.start(file, loader, first, used::add)) {
            List<ApiKey> found = Objects.requireNonNull(used.poll(1, TimeUnit.MINUTES));
            assertThat(found).extracting(ApiKey::name).containsExactly("second");
            assertThat(loads).hasValue(2);
            assertThat(reload).isNotNull();
        }
    }

    private static HeritageConfig load(Path file) throws InvalidConfiguration {
        return HeritageConfig.load(Optional.of(file), Map.of(), List.of());
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
