package io.heritage.models.wan;

import org.jspecify.annotations.Nullable;

/**
 * A video needs more memory than the device has, even with only one block's weights on the device.
 */
public final class DoesNotFit extends RuntimeException {
    private static final long serialVersionUID = 1;

    DoesNotFit(String reason, @Nullable Throwable cause) {
        super(
                reason
                        + ". Reduce resolution to 480 or 640, or frame_length to 33 or 49,"
                        + " or use a device with more memory",
                cause);
    }
}
