package io.heritage.transport.media;

/** A broker's disk has no room for more media; found out before the broker does. */
public final class DiskFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DiskFull(String message) {
        super(message);
    }
}
