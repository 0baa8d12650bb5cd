package io.heritage.transport.media;

/** A broker's disk has no room for more media; detected before the broker fails. */
public final class DiskFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String folder;

    /**
     * @param message for clients
     * @param folder of the broker, for the log
     */
    public DiskFull(String message, String folder) {
        super(message);
        this.folder = folder;
    }

    public String folder() {
        return folder;
    }
}
