package io.heritage.standalone.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TinyModelTest {
    @Test
    void aTinyModelForOneRunLeavesNothing() throws Exception {
        Path made;
        try (TinyModel tiny = TinyModel.make()) {
            made = tiny.folder();
            assertThat(made).isNotEmptyDirectory();
        }
        assertThat(made).doesNotExist();
    }
}
