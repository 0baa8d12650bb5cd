package io.heritage.models.torch;

/** The device has no memory left for a step; smaller slices may help. */
public final class OutOfDeviceMemory extends RuntimeException {
    private static final long serialVersionUID = 1;

    public OutOfDeviceMemory(Device device, Throwable cause) {
        super("out of memory on " + device, cause);
    }
}
