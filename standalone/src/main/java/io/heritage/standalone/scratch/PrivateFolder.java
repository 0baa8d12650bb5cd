package io.heritage.standalone.scratch;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * A folder of this user in a folder that is writable by all. Native code is loaded from it, so a
 * folder that another user could have made or changed is not used.
 */
record PrivateFolder(Path path) {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");

    /**
     * The same one for every process of this user, as long as nobody else takes its name.
     *
     * @param shared such as {@code /tmp}
     */
    static PrivateFolder in(Path shared, String user) throws IOException {
        Path wanted = shared.resolve("heritage-" + user.replaceAll("[^A-Za-z0-9._-]", "_"));
        try {
            Files.createDirectory(wanted, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            return new PrivateFolder(wanted);
        } catch (FileAlreadyExistsException there) {
            return isPrivate(wanted, shared)
                    ? new PrivateFolder(wanted)
                    // Created with permissions for the owner only.
                    : new PrivateFolder(Files.createTempDirectory(shared, "heritage-"));
        }
    }

    /** Whether it is a folder, not a link, that only this user can read or write. */
    private static boolean isPrivate(Path folder, Path shared) throws IOException {
        PosixFileAttributes found =
                Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return found.isDirectory()
                && found.permissions().equals(OWNER_ONLY)
                && found.owner().equals(me(shared));
    }

    /** The owner of what this process creates. */
    private static UserPrincipal me(Path shared) throws IOException {
        Path probe = Files.createTempFile(shared, "heritage-", ".owner");
        try {
            return Files.getOwner(probe);
        } finally {
            Files.delete(probe);
        }
    }
}
