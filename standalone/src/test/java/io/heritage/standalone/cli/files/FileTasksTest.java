package io.heritage.standalone.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.standalone.cli.command.Usage;
import io.heritage.standalone.output.MediaNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

class FileTasksTest {
    @TempDir Path folder;

    @Test
    void whatAnEarlierRunMadeOrKeptInPartIsNoInput() throws Exception {
        List<String> names =
                List.of(
                        "a.mp4",
                        "a_x2.mp4",
                        "a_x2.partial.mp4",
                        "a_x2.partial-2.mp4",
                        "b.partial.mp4",
                        "b_x2_end.mp4");
        for (String name : names) {
            Files.createFile(folder.resolve(name));
        }

        List<FileTask> tasks =
                new FileTasks("_x2", MediaNames::isVideo)
                        .of(List.of(folder), null, _ -> "mp4", new Usage(CommandSpec.create()));

        assertThat(tasks)
                .extracting(task -> task.input().getFileName().toString())
                .containsExactly("a.mp4", "b.partial.mp4", "b_x2_end.mp4");
    }
}
