package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDB;

class RocksLibraryTest {

    /** Files that this process has loaded it from, whatever others have in their folders. */
    private static List<String> loadedFrom() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("librocksdb"))
                .toList();
    }

    @Test
    void nothingOfItStaysWhereOthersCouldReplaceItOrAfterAKill() throws Exception {
        RocksLibrary.load();
        RocksDB.loadLibrary();

        assertThat(RocksDB.rocksdbVersion()).isNotNull();
        Path mine = TemporaryFiles.ofThisProcess().newFolder("test-");
        assertThat(loadedFrom())
                .isNotEmpty()
                .allMatch(line -> line.contains(mine.getParent() + "/rocksdb-"))
                .allMatch(line -> line.endsWith(" (deleted)"));
        try (Stream<Path> inside = Files.walk(mine.getParent())) {
            assertThat(inside.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("librocksdb"));
        } finally {
            Files.delete(mine);
        }
    }
}
