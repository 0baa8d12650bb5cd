package io.heritage.standalone.gpu;

import io.heritage.standalone.download.DownloadProgress;
import io.heritage.standalone.download.FileHost;
import io.heritage.standalone.download.FreeSpace;
import io.heritage.standalone.download.ModelPull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Brings the CUDA build of libtorch into a folder. At any time the folder is either complete or can
 * be continued by the next installation: a wheel is downloaded, unpacked, recorded and removed
 * before the next one is downloaded.
 */
public final class CudaInstall {
    private final List<Wheel> wheels;
    private final ModelPull pull;
    private final FreeSpace space;
    private final DownloadProgress progress;

    /**
     * @param index the caller's to close
     */
    public CudaInstall(FileHost index, DownloadProgress progress) {
        this(
                Wheel.pinned(),
                new ModelPull(index, progress),
                folder -> Files.getFileStore(folder).getUsableSpace(),
                progress);
    }

    CudaInstall(List<Wheel> wheels, ModelPull pull, FreeSpace space, DownloadProgress progress) {
        this.wheels = List.copyOf(wheels);
        this.pull = pull;
        this.space = space;
        this.progress = progress;
    }

    /**
     * @param done called for each wheel whose libraries are in their place: {@code PROJECT VERSION}
     * @throws InstallFailed if the disk is too small, or another process installs into this folder
     * @throws io.heritage.standalone.download.HubRefused if the index does not have a wheel
     * @throws io.heritage.standalone.download.PullFailed if a wheel is not the pinned one
     * @throws IOException if the index could not be reached; the next call continues
     */
    public void into(CudaFolder folder, Consumer<String> done)
            throws IOException, InterruptedException {
        try (var _ = folder.lock()) {
            List<Wheel> missing = missing(folder);
            if (missing.isEmpty() && folder.installed()) {
                return;
            }
            folder.beginChange();
            folder.removeOthers(wheels);
            requireSpace(missing, folder);
            for (Wheel wheel : missing) {
                install(wheel, folder);
                done.accept(wheel.project() + " " + wheel.version());
            }
            folder.makeLinks();
            folder.markInstalled(wheels);
        }
    }

    private List<Wheel> missing(CudaFolder folder) throws IOException {
        List<Wheel> missing = new ArrayList<>();
        for (Wheel wheel : wheels) {
            if (folder.has(wheel)) {
                Files.deleteIfExists(folder.wheels().resolve(wheel.localName()));
            } else {
                missing.add(wheel);
            }
        }
        return missing;
    }

    private void install(Wheel wheel, CudaFolder folder) throws IOException, InterruptedException {
        pull.pull(List.of(wheel.published()), folder.wheels(), _ -> {});
        Path archive = folder.wheels().resolve(wheel.localName());
        folder.recordUnpacked(
                wheel, WheelLibraries.unpack(archive, folder.path(), wheel.localName(), progress));
        Files.delete(archive);
    }

    /** One wheel at a time lies beside the libraries. */
    private void requireSpace(List<Wheel> missing, CudaFolder folder) throws IOException {
        long libraries = missing.stream().mapToLong(Wheel::libraryBytes).sum();
        long largest = missing.stream().mapToLong(Wheel::bytes).max().orElse(0);
        long needed = libraries + largest - folder.fetchedBytes();
        long free = space.in(folder.path());
        if (needed > free) {
            throw new InstallFailed(
                    "%s: %.1f GB are needed, %.1f GB are free; --into names another folder"
                            .formatted(folder.path(), needed / 1e9, free / 1e9));
        }
    }
}
