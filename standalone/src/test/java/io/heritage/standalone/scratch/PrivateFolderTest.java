package io.heritage.standalone.scratch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {
    @TempDir Path shared;

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void theFolderIsTheUsersAlone() throws Exception {
        Path first = PrivateFolder.in(shared, "me").path();
        Path again = PrivateFolder.in(shared, "me").path();

        assertThat(permissions(first)).isEqualTo("rwx------");
        assertThat(again).isEqualTo(first).hasParent(shared);
    }

    @Test
    void aFolderThatOthersCanWriteOrThatIsALinkIsNotUsed() throws Exception {
        Path open = Files.createDirectory(shared.resolve("heritage-open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.createSymbolicLink(
                shared.resolve("heritage-link"),
                Files.createDirectory(shared.resolve("elsewhere")));

        for (String user : new String[] {"open", "link"}) {
            Path used = PrivateFolder.in(shared, user).path();
            assertThat(used).isNotEqualTo(shared.resolve("heritage-" + user));
            assertThat(permissions(used)).isEqualTo("rwx------");
        }
    }

    @Test
    void aFolderOfAnotherUserIsNotUsed() throws Exception {
        Path foreign =
                Files.createDirectory(
                        shared.resolve("heritage-me"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root) { // only root can give a folder away
            Files.setOwner(
                    foreign,
                    shared.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName("nobody"));
        }

        Path used = PrivateFolder.in(shared, "me").path();

        assertThat(used.equals(foreign)).isEqualTo(!root);
        assertThat(Files.getOwner(used).getName()).isEqualTo(System.getProperty("user.name"));
        assertThat(permissions(used)).isEqualTo("rwx------");
    }

    @Test
    void withoutAHomeNativeLibrariesAreUnpackedIntoAPrivateFolder() throws Exception {
        assertIsReplacedByAPrivateFolder("?");
    }

    @Test
    void aHomeThatEverybodyCanWriteIsNone() throws Exception {
        Path open = Files.createDirectory(shared.resolve("home"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertIsReplacedByAPrivateFolder(open.toString());
    }

    private void assertIsReplacedByAPrivateFolder(String home) throws Exception {
        var properties = new Properties();
        properties.setProperty("java.io.tmpdir", shared.toString());
        properties.setProperty("user.name", "me");
        properties.setProperty("user.home", home);

        NativeCaches.makePrivate(properties, Map.of());

        Path folder = shared.resolve("heritage-me");
        assertThat(permissions(folder)).isEqualTo("rwx------");
        assertThat(properties)
                .containsEntry("DJL_CACHE_DIR", folder.resolve("cache/djl").toString())
                .containsEntry(
                        "org.bytedeco.javacpp.cachedir",
                        folder.resolve("cache/javacpp").toString());
    }

    @Test
    void withAHomeNothingChanges() throws Exception {
        var properties = new Properties();
        properties.setProperty("user.home", shared.toString());

        NativeCaches.makePrivate(properties, Map.of());

        assertThat(properties).doesNotContainKeys("DJL_CACHE_DIR");
    }
}
