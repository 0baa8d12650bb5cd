package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class TemporaryFilesTest {
    @TempDir Path parent;

    /** Makes files of every kind, says where they are, and waits to be killed. */
    static final class Owner {
        public static void main(String[] args) throws Exception {
            var files = TemporaryFiles.open(Path.of(args[0]));
            Files.writeString(files.newFile(".part"), "half a video");
            Files.writeString(files.newFolder("tiny-").resolve("model.pth"), "weights");
            System.out.println(files.folder());
            System.in.read();
        }
    }

    private static Process start(Path parent) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        parent.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Path folderOf(Process owner) throws IOException {
        return Path.of(
                Objects.requireNonNull(
                        new BufferedReader(
                                        new InputStreamReader(
                                                owner.getInputStream(), StandardCharsets.UTF_8))
                                .readLine()));
    }

    @Test
    void whatAKilledProcessLeftIsRemovedByTheNextAndWhatALivingOneHasIsNot() throws Exception {
        Process killed = start(parent);
        Process living = start(parent);
        try {
            Path left = folderOf(killed);
            Path used = folderOf(living);
            assertThat(left.getFileName().toString()).startsWith("heritage-" + killed.pid() + "-");
            killed.destroyForcibly();
            assertThat(killed.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(left).isDirectoryContaining("glob:**.part");

            try (var next = TemporaryFiles.open(parent)) {
                assertThat(left).doesNotExist();
                assertThat(used)
                        .isDirectoryContaining("glob:**.part")
                        .isDirectoryContaining("glob:**/tiny-*");
                assertThat(next.newFile(".in")).exists();
            }
        } finally {
            killed.destroyForcibly();
            living.destroyForcibly();
            assertThat(living.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void foldersOfOthersWithALikeNameAreLeftAlone() throws Exception {
        Path other = Files.createDirectory(parent.resolve("heritage-notes"));
        Path file = Files.writeString(other.resolve("todo.txt"), "keep");

        TemporaryFiles.open(parent).close();

        assertThat(file).exists();
    }

    @Test
    void foldersOfOtherUsersAndLinksAreLeftAlone(@TempDir Path elsewhere) throws Exception {
        Path target = Files.createDirectory(elsewhere.resolve("target"));
        Files.createFile(target.resolve(".lock"));
        Path link = Files.createSymbolicLink(parent.resolve("heritage-1-1"), target);
        Path lockElsewhere = Files.createDirectory(parent.resolve("heritage-2-2"));
        Files.createSymbolicLink(
                lockElsewhere.resolve(".lock"), Files.createFile(elsewhere.resolve("lock")));
        Path foreign = Files.createDirectory(parent.resolve("heritage-3-3"));
        Files.createFile(foreign.resolve(".lock"));
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root) { // only root can give a folder away
            Files.setOwner(
                    foreign,
                    parent.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName("nobody"));
        }

        TemporaryFiles.open(parent).close();

        assertThat(link).exists();
        assertThat(target.resolve(".lock")).exists();
        assertThat(lockElsewhere).exists();
        assertThat(Files.exists(foreign)).isEqualTo(root);
    }

    @Test
    void twoOfOneProcessDoNotMeet() throws Exception {
        try (var first = TemporaryFiles.open(parent)) {
            Path file = first.newFile(".part");
            try (var second = TemporaryFiles.open(parent)) {
                assertThat(second.folder()).isNotEqualTo(first.folder());
                assertThat(file).exists();
            }
            assertThat(file).exists();
        }
        assertThat(parent).isEmptyDirectory();
    }
}
