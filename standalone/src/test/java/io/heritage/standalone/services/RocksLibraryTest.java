package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDB;

class RocksLibraryTest {

    private static Set<String> libraries(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("librocksdb"))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void nothingOfItStaysWhereOthersCouldReplaceItOrAfterAKill() throws Exception {
        Path shared = Path.of(System.getProperty("java.io.tmpdir"));
        Set<String> before = libraries(shared);

        RocksLibrary.load();
        RocksDB.loadLibrary();

        assertThat(RocksDB.rocksdbVersion()).isNotNull();
        assertThat(libraries(shared)).isEqualTo(before);
        Path mine = TemporaryFiles.ofThisProcess().newFolder("test-");
        try (Stream<Path> inside = Files.walk(mine.getParent())) {
            assertThat(inside.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("librocksdb"));
        } finally {
            Files.delete(mine);
        }
    }
}
