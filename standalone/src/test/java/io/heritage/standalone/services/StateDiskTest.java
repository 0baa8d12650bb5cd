package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

class StateDiskTest {
    @TempDir Path folder;

    @Test
    void aStartThatFindsTheDiskFullIsRefusedWithTheFolderAndWhatIsFree() {
        Path state = folder.resolve("state");
        var full =
                new ProcessorStateException(
                        "Error opening store jobs at location " + state,
                        new RocksDBException(
                                "While appending to file: MANIFEST-54: No space left on device"));

        assertThatThrownBy(() -> StateDisk.starting(state, failing(full)))
                .isInstanceOf(CannotStart.class)
                .hasCause(full)
                .hasMessageContainingAll(state.toString(), "full", "bytes are free", "state-dir");
    }

    @Test
    void whateverElseFailsIsPassedOn() throws Exception {
        var other = new ProcessorStateException("Error opening store", new RocksDBException("odd"));

        assertThatThrownBy(() -> StateDisk.starting(folder, failing(other))).isSameAs(other);
        assertThat(StateDisk.<String>starting(folder, () -> "started")).isEqualTo("started");
    }

    private static Supplier<String> failing(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }
}
