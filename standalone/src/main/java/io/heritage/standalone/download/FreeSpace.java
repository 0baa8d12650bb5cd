package io.heritage.standalone.download;

import java.io.IOException;
import java.nio.file.Path;

/** Bytes that can still be written into a folder. */
@FunctionalInterface
public interface FreeSpace {
    long in(Path folder) throws IOException;
}
