package io.heritage.standalone.cli.install;

import io.heritage.standalone.download.DownloadProgress;
import io.heritage.standalone.progress.ProgressView;
import java.time.Duration;

/** Shows a download in megabytes. */
record DownloadDisplay(ProgressView progress) implements DownloadProgress {
    private static final int MEGABYTE = 1_000_000;

    @Override
    public void asking(String host) {
        progress.note("asking " + host);
    }

    @Override
    public void report(String doing, long bytes, long total) {
        progress.report(doing, bytes / MEGABYTE, total / MEGABYTE);
    }

    @Override
    public void retrying(String why, Duration in) {
        progress.note("%s; next try in %d s".formatted(why, in.toSeconds()));
    }

    @Override
    public void waiting(String name) {
        progress.note("another process is downloading %s; waiting for it".formatted(name));
    }
}
