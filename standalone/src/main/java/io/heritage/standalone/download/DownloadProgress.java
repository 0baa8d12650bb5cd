package io.heritage.standalone.download;

import java.time.Duration;

/** Receives the progress of a download or check. */
public interface DownloadProgress {

    /** The server is asked for the facts of a file. */
    void asking(String host);

    /**
     * @param doing {@code NAME} while it is fetched, {@code check NAME} while it is read back,
     *     {@code wait for NAME} while another process fetches it
     * @param total 0 if unknown
     */
    void report(String doing, long bytes, long total);

    /** An attempt failed, and another one follows. */
    void retrying(String why, Duration in);

    /** Another process downloads the file; this one waits for it. */
    void waiting(String name);
}
