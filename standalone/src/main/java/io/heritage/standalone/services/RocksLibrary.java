package io.heritage.standalone.services;

import io.heritage.media.TemporaryFiles;
import io.heritage.standalone.output.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;

/** The native library of RocksDB, which would otherwise stay in the temporary folder. */
final class RocksLibrary {
    private RocksLibrary() {}

    /** Loads it from a private folder that is deleted afterwards; once per JVM. */
    static void load() throws CannotStart {
        try {
            Path folder = TemporaryFiles.ofThisProcess().newFolder("rocksdb-");
            NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
            FileTree.delete(folder);
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new CannotStart("RocksDB cannot be loaded: " + e.getMessage(), e);
        }
    }
}
