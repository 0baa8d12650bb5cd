package io.heritage.standalone.gpu;

import java.io.IOException;

/** A full disk, or a folder in use: a retry does not help. */
public final class InstallFailed extends IOException {
    private static final long serialVersionUID = 1L;

    InstallFailed(String message) {
        super(message);
    }
}
