package io.heritage.standalone.services;

import io.heritage.http.InternalSecret;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * The secret of {@code up} that seals credentials of uploads. It is kept in the data folder, beside
 * the jobs that use it, because they outlive the process.
 */
final class UploadSecretFile {
    private static final String NAME = "upload-secret";

    private UploadSecretFile() {}

    /**
     * @param data folder; the file is created if missing
     * @throws CannotStart if it can be neither read nor created
     */
    static String read(Path data) throws CannotStart {
        Path file = data.resolve(NAME);
        try {
            make(file);
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CannotStart("cannot use %s: %s".formatted(file.toAbsolutePath(), e), e);
        }
    }

    private static void make(Path file) throws IOException {
        try {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            if (Files.size(file) > 0) {
                return;
            }
        }
        Files.writeString(
                file,
                InternalSecret.random(new SecureRandom()).value() + "\n",
                StandardOpenOption.TRUNCATE_EXISTING);
    }
}
