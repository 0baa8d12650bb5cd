package io.heritage.standalone.services;

import io.heritage.standalone.scratch.ScratchFolder;
import java.io.IOException;
import org.rocksdb.NativeLibraryLoader;

/** The native part of RocksDB, which by itself stays in the folder for temporary files. */
final class RocksLibrary {
    private RocksLibrary() {}

    /** Loads it from a private folder that is gone afterwards; once a JVM, whoever asks later. */
    static void load() throws CannotStart {
        try (var scratch = ScratchFolder.open()) {
            NativeLibraryLoader.getInstance().loadLibrary(scratch.path().toString());
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new CannotStart("RocksDB cannot be loaded: " + e.getMessage(), e);
        }
    }
}
