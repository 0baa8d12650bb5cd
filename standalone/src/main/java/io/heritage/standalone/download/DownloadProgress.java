package io.heritage.standalone.download;

/** Told of a download or check that goes on. */
public interface DownloadProgress {

    /**
     * @param doing {@code NAME} while it is fetched, {@code check NAME} while it is read back
     * @param total 0 if unknown
     */
    void report(String doing, long bytes, long total);
}
