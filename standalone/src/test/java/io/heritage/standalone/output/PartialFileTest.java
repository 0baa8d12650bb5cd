package io.heritage.standalone.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartialFileTest {
    @TempDir Path folder;

    @Test
    void whatIsKeptReplacesNoFile() throws Exception {
        Path own = Files.writeString(folder.resolve("clip.partial.mp4"), "the original");

        try (var file = new PartialFile(folder.resolve("clip.mp4"))) {
            Files.writeString(file.path(), "half");
            assertThat(file.keepUnfinished()).contains(folder.resolve("clip.partial-2.mp4"));
        }

        assertThat(own).hasContent("the original");
        assertThat(folder.resolve("clip.partial-2.mp4")).hasContent("half");
    }

    @Test
    void framesThatAreKeptReplaceNoFolder() throws Exception {
        Path own = Files.createDirectory(folder.resolve("frames.partial"));
        Files.writeString(own.resolve("0000.png"), "an input");
        Files.createFile(folder.resolve("frames.partial-2"));

        try (var frames = new PartialFile(folder.resolve("frames"))) {
            Files.createDirectory(frames.path());
            Files.writeString(frames.path().resolve("0000.png"), "new");
            assertThat(frames.keepUnfinished()).contains(folder.resolve("frames.partial-3"));
        }

        assertThat(own.resolve("0000.png")).hasContent("an input");
        assertThat(folder.resolve("frames.partial-3/0000.png")).hasContent("new");
    }

    @Test
    void nothingIsKeptUnderItsNameIfNothingIsThere() throws Exception {
        try (var file = new PartialFile(folder.resolve("clip.mp4"))) {
            assertThat(file.keepUnfinished()).isEmpty();
        }

        assertThat(folder).isEmptyDirectory();
    }
}
