package io.heritage.standalone.download;

import io.heritage.schemas.PublishedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Download of one file, with retries. */
final class FileDownload {
    private static final int BLOCK = 1 << 16;
    private static final int TRIES = 8;

    /** Long enough for all retries and pauses of another process. */
    private static final int PATIENCE_WITH_ANOTHER = 15;

    private final FileHost host;
    private final RetryPause pause;
    private final Duration patience;
    private final DownloadProgress progress;

    /**
     * @param patience longest time without data on a connection
     */
    FileDownload(FileHost host, RetryPause pause, Duration patience, DownloadProgress progress) {
        this.host = host;
        this.pause = pause;
        this.patience = patience;
        this.progress = progress;
    }

    /**
     * If it fails, keeps the part for the next attempt, unless the part is invalid. Waits while
     * another process downloads the file, and continues with the part that it leaves.
     *
     * @param expected SHA-256; empty: none is known
     * @return its SHA-256; empty if another process has fetched it
     * @throws PullFailed if it is not the expected file; the part is removed
     */
    Optional<String> fetch(
            PublishedFile file, RemoteFile facts, Optional<String> expected, Path target)
            throws IOException, InterruptedException {
        Optional<PartFile> opened =
                PartFile.open(
                        target,
                        facts.version(),
                        facts.bytes().orElse(0),
                        patience.multipliedBy(PATIENCE_WITH_ANOTHER),
                        progress);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (PartFile part = opened.get()) {
            fill(part, file, facts);
            String found = part.sha256OfAll();
            if (expected.isPresent() && !found.equals(expected.get())) {
                part.delete();
                throw new PullFailed(
                        "%s: expected SHA-256 %s, the download has %s; it was removed, pull it again"
                                .formatted(file.name(), expected.get(), found));
            }
            part.moveToTarget();
            return Optional.of(found);
        }
    }

    private void fill(PartFile part, PublishedFile file, RemoteFile facts)
            throws IOException, InterruptedException {
        var tries = new Tries(TRIES, pause, progress);
        while (true) {
            long before = part.bytes();
            try {
                if (part.bytes() != facts.bytes().orElse(-1)) {
                    fetchRest(part, file, facts);
                }
                return;
            } catch (HubRefused | PullFailed decided) {
                throw decided;
            } catch (IOException broken) {
                stopIfInterrupted(broken);
                if (broken instanceof FileHost.BeyondTheEnd) {
                    part.restart();
                }
                if (part.bytes() > before) {
                    tries.moved();
                }
                tries.failed(broken);
            }
        }
    }

    private void fetchRest(PartFile part, PublishedFile file, RemoteFile facts)
            throws IOException, InterruptedException {
        // A CDN may give the same content several ETags, which is harmless if the hash is known.
        Optional<String> validator = facts.sha256().isPresent() ? Optional.empty() : facts.etag();
        try (FileHost.Content content = host.open(file, part.bytes(), validator);
                var guard = new StallGuard(content.bytes(), patience)) {
            if (content.start() != part.bytes()) {
                part.restart();
            }
            if (content.start() != part.bytes()) {
                throw new IOException("the server sent another part than requested");
            }
            try {
                copy(content.bytes(), part, file, total(facts, content), guard);
            } catch (IOException e) {
                throw guard.stalled()
                        ? new IOException("no data for " + patience.toSeconds() + " s", e)
                        : e;
            }
        }
    }

    private static OptionalLong total(RemoteFile facts, FileHost.Content content) {
        return facts.bytes().isPresent() ? facts.bytes() : content.total();
    }

    private void copy(
            InputStream in, PartFile part, PublishedFile file, OptionalLong total, StallGuard guard)
            throws IOException, InterruptedException {
        byte[] block = new byte[BLOCK];
        progress.report(file.name(), part.bytes(), total.orElse(0));
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
            if (total.isPresent() && part.bytes() + read > total.getAsLong()) {
                part.restart();
                throw new IOException("the server sent more bytes than the file has");
            }
            part.append(block, read);
            guard.moved(part.bytes());
            progress.report(file.name(), part.bytes(), total.orElse(0));
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped while downloading");
            }
        }
        if (total.isPresent() && part.bytes() < total.getAsLong()) {
            throw new IOException("the connection ended before the end of the file");
        }
    }

    /** Maps the various exceptions of interrupted streams. */
    private static void stopIfInterrupted(IOException broken) throws InterruptedException {
        if (Thread.interrupted() || broken.getCause() instanceof InterruptedException) {
            throw new InterruptedException("stopped while downloading");
        }
    }
}
