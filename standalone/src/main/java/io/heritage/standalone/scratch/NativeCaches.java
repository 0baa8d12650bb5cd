package io.heritage.standalone.scratch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Properties;

/**
 * Folders into which libtorch (DJL) and FFmpeg (JavaCPP) are unpacked. Usually they are in the
 * user's home. Without one, both would use a fixed name in the shared temporary folder, where
 * another user could place a library.
 */
public final class NativeCaches {
    private static final String DJL = "DJL_CACHE_DIR";
    private static final String JAVACPP = "org.bytedeco.javacpp.cachedir";

    private NativeCaches() {}

    /**
     * Must be called before the libraries are used.
     *
     * @param properties of this JVM; those that are set stay
     */
    public static void makePrivate(Properties properties, Map<String, String> environment)
            throws IOException {
        if (isUsable(properties.getProperty("user.home", ""))) {
            return;
        }
        Path cache =
                PrivateFolder.in(
                                Path.of(properties.getProperty("java.io.tmpdir")),
                                properties.getProperty("user.name"))
                        .path()
                        .resolve("cache");
        Files.createDirectories(cache);
        if (!environment.containsKey(DJL)) {
            properties.putIfAbsent(DJL, cache.resolve("djl").toString());
        }
        properties.putIfAbsent(JAVACPP, cache.resolve("javacpp").toString());
    }

    /** A home that is writable by all, such as {@code /tmp} of some services, does not count. */
    private static boolean isUsable(String home) throws IOException {
        Path folder = Path.of(home);
        return folder.isAbsolute()
                && Files.isWritable(folder)
                && !Files.getPosixFilePermissions(folder)
                        .contains(PosixFilePermission.OTHERS_WRITE);
    }
}
