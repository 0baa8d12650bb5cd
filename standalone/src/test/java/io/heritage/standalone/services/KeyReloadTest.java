package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.ApiKey;
import io.heritage.standalone.config.HeritageConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
        KeyReload.Loader loader = () -> HeritageConfig.load(Optional.of(file), Map.of(), List.of());
        var used = new LinkedBlockingQueue<List<ApiKey>>();
        try (var reload =
                KeyReload.start(file, loader, loader.load().gateway().keys(), used::add)) {
            Files.writeString(file, keys("first") + "nonsense: true\n");
            assertThat(used.poll(3, TimeUnit.SECONDS)).isNull();
            Files.writeString(file, keys("second"));
            List<ApiKey> found = used.poll(Duration.ofSeconds(20).toSeconds(), TimeUnit.SECONDS);
            assertThat(found).extracting(ApiKey::name).containsExactly("second");
            assertThat(found).extracting(ApiKey::owner).containsExactly("studio");
            assertThat(reload).isNotNull();
        }
    }
}
