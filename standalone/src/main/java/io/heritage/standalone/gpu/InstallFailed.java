package io.heritage.standalone.gpu;

import java.io.IOException;

/** No room on the disk, or a folder in use: trying again does not help. */
public final class InstallFailed extends IOException {
    private static final long serialVersionUID = 1L;

    InstallFailed(String message) {
        super(message);
    }
}
