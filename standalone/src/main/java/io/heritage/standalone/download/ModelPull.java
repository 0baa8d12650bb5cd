package io.heritage.standalone.download;

import io.heritage.schemas.PublishedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Downloads the missing files of a folder, and verifies the others. */
public final class ModelPull {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Fewer retries than for a download that has begun, because a restart loses nothing. */
    private static final int FIRST_TRIES = 4;

    private final FileHost host;
    private final RetryPause pause;
    private final FreeSpace space;
    private final FileDownload download;
    private final DownloadProgress progress;

    /** The reference that a file's content was compared with. */
    public enum ComparedWith {
        /** The published checksum that Heritage knows. */
        PUBLISHED,
        /** The hash from the server. */
        SERVER,
        /** At most the length, because the server names no hash. */
        NOTHING
    }

    /**
     * @param sha256 of its content; empty for an existing file without a reference
     */
    public record Pulled(
            Path file, boolean wasThere, Optional<String> sha256, ComparedWith checked) {}

    public ModelPull(FileHost host, DownloadProgress progress) {
        this(
                host,
                RetryPause.SLEEP,
                PATIENCE,
                folder -> Files.getFileStore(folder).getUsableSpace(),
                progress);
    }

    ModelPull(
            FileHost host,
            RetryPause pause,
            Duration patience,
            FreeSpace space,
            DownloadProgress progress) {
        this.host = host;
        this.pause = pause;
        this.space = space;
        this.progress = progress;
        this.download = new FileDownload(host, pause, patience, progress);
    }

    /**
     * Writes nothing before all files are known to exist on the server and to fit on the disk.
     *
     * @param folder made if need be
     * @param done called for each file that is in its place
     * @throws HubRefused if the server does not give a file
     * @throws PullFailed see there
     */
    public void pull(List<PublishedFile> files, Path folder, Consumer<Pulled> done)
            throws IOException, InterruptedException {
        Map<PublishedFile, RemoteFile> missing = new LinkedHashMap<>();
        progress.asking(host.host());
        for (PublishedFile file : files) {
            RemoteFile facts = facts(file);
            Path target = folder.resolve(file.name());
            if (Files.exists(target)) {
                done.accept(present(file, facts, target));
            } else {
                missing.put(file, facts);
            }
        }
        Files.createDirectories(folder);
        requireSpace(missing, folder);
        for (Map.Entry<PublishedFile, RemoteFile> entry : missing.entrySet()) {
            PublishedFile file = entry.getKey();
            Path target = folder.resolve(file.name());
            RemoteFile facts = entry.getValue();
            Optional<String> sha256 = download.fetch(file, facts, expected(file, facts), target);
            done.accept(
                    sha256.isPresent()
                            ? new Pulled(target, false, sha256, checked(file, facts))
                            : present(file, facts, target));
        }
    }

    private RemoteFile facts(PublishedFile file) throws IOException, InterruptedException {
        var tries = new Tries(FIRST_TRIES, pause, progress);
        while (true) {
            try {
                RemoteFile facts = host.facts(file);
                requireKnown(file, facts);
                return facts;
            } catch (HubRefused | PullFailed decided) {
                throw decided;
            } catch (IOException broken) {
                tries.failed(broken);
            }
        }
    }

    private static void requireKnown(PublishedFile file, RemoteFile facts) throws PullFailed {
        if (file.sha256().isPresent()
                && facts.sha256().isPresent()
                && !facts.sha256().equals(file.sha256())) {
            throw new PullFailed(
                    "%s of %s is not the published file: expected SHA-256 %s, the server names %s"
                            .formatted(
                                    file.path(),
                                    file.repository(),
                                    file.sha256().get(),
                                    facts.sha256().get()));
        }
    }

    private static Optional<String> expected(PublishedFile file, RemoteFile facts) {
        return file.sha256().or(facts::sha256);
    }

    private static ComparedWith checked(PublishedFile file, RemoteFile facts) {
        if (file.sha256().isPresent()) {
            return ComparedWith.PUBLISHED;
        }
        return facts.sha256().isPresent() ? ComparedWith.SERVER : ComparedWith.NOTHING;
    }

    /** An existing file is never replaced. */
    private Pulled present(PublishedFile file, RemoteFile facts, Path target)
            throws IOException, InterruptedException {
        long bytes = Files.size(target);
        if (facts.bytes().isPresent() && facts.bytes().getAsLong() != bytes) {
            throw inTheWay(target, bytes + " bytes", facts.bytes().getAsLong() + " bytes");
        }
        Optional<String> expected = expected(file, facts);
        if (expected.isEmpty()) {
            return new Pulled(target, true, Optional.empty(), ComparedWith.NOTHING);
        }
        String found = hash(file, target, bytes);
        if (!found.equals(expected.get())) {
            throw inTheWay(target, "SHA-256 " + found, "SHA-256 " + expected.get());
        }
        return new Pulled(target, true, expected, checked(file, facts));
    }

    private String hash(PublishedFile file, Path target, long bytes)
            throws IOException, InterruptedException {
        var hash = new RunningHash();
        try (InputStream in = Files.newInputStream(target)) {
            hash.addAll(in, "check " + file.name(), bytes, progress);
        }
        return hash.finish();
    }

    private static PullFailed inTheWay(Path target, String found, String published) {
        return new PullFailed(
                "%s exists and is a different file (%s, the published one has %s); move it away first"
                        .formatted(target, found, published));
    }

    private void requireSpace(Map<PublishedFile, RemoteFile> missing, Path folder)
            throws IOException {
        long needed = 0;
        for (Map.Entry<PublishedFile, RemoteFile> entry : missing.entrySet()) {
            Path target = folder.resolve(entry.getKey().name());
            long there = PartFile.bytesOf(target, entry.getValue().version());
            if (!Files.exists(target)) { // another pull may have finished it meanwhile
                needed += Math.max(0, entry.getValue().bytes().orElse(0) - there);
            }
        }
        long free = space.in(folder);
        if (needed > free) {
            throw new PullFailed(
                    "%s: %s are needed, %s are free".formatted(folder, size(needed), size(free)));
        }
    }

    private static String size(long bytes) {
        return bytes < 1e9 ? "%.1f MB".formatted(bytes / 1e6) : "%.1f GB".formatted(bytes / 1e9);
    }
}
