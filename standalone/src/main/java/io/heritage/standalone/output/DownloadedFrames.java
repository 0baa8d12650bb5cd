package io.heritage.standalone.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code 0000.png}, {@code 0001.png}, … */
final class DownloadedFrames implements FrameDownload {
    private final PartialFile folder;
    private int frames;

    DownloadedFrames(Path target) throws IOException {
        this.folder = new PartialFile(target);
        Files.createDirectory(folder.path());
    }

    static void refuseUnlessEmpty(Path target) throws IOException {
        if (!Files.exists(target)) {
            return;
        }
        if (!Files.isDirectory(target)) {
            throw OutputRefused.becauseOf(
                    target,
                    "it is a file; expected a name that ends in .mp4 or .webm, or a folder for PNG"
                            + " files");
        }
        try (Stream<Path> inside = Files.list(target)) {
            if (inside.findAny().isPresent()) {
                throw OutputRefused.becauseOf(target, "the folder is not empty; name a new one");
            }
        }
    }

    @Override
    public OutputStream png() throws IOException {
        return new BufferedOutputStream(
                Files.newOutputStream(folder.path().resolve("%04d.png".formatted(frames++))),
                1 << 16);
    }

    @Override
    public OutputStream video() throws IOException {
        throw new IOException("expected frames, the server sent a video");
    }

    @Override
    public void restart() throws IOException {
        if (frames > 0) {
            FileTree.delete(folder.path());
            Files.createDirectory(folder.path());
            frames = 0;
        }
    }

    @Override
    public Optional<Path> keepUnfinished() throws IOException {
        return folder.keepUnfinished();
    }

    @Override
    public void complete() throws IOException {
        folder.moveToTarget();
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
