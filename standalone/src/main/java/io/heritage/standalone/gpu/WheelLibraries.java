package io.heritage.standalone.gpu;

import io.heritage.standalone.download.DownloadProgress;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The shared libraries of a wheel, except those that need Python. */
final class WheelLibraries {
    private static final int BLOCK = 1 << 20;
    private static final Pattern LIBRARY =
            Pattern.compile(
                    "(torch|cusparselt|nvidia/\\w+)/lib/(?!libtorch_python)[\\w.+-]+\\.so(\\.[0-9.]+)?");

    /**
     * The only library that needs the driver's {@code libcuda.so.1} to be loaded. DJL loads all
     * libraries beside libtorch, and would fail without a driver; in this folder libtorch still
     * finds it when needed.
     */
    private static final String NEEDS_DRIVER = "torch/lib/libcaffe2_nvrtc.so";

    private static final String OUT_OF_THE_WAY = "nvidia/cuda_nvrtc/lib/libcaffe2_nvrtc.so";

    private WheelLibraries() {}

    /**
     * Unpacks them below a folder, a block at a time. Existing files are replaced; a file gets its
     * name only when it is complete.
     *
     * @throws IOException if the archive is damaged or cannot be written
     */
    static List<CudaFolder.Library> unpack(
            Path wheel, Path folder, String name, DownloadProgress progress)
            throws IOException, InterruptedException {
        try (var archive = new ZipFile(wheel.toFile())) {
            List<? extends ZipEntry> entries =
                    archive.stream()
                            .filter(entry -> LIBRARY.matcher(entry.getName()).matches())
                            .toList();
            long total = entries.stream().mapToLong(ZipEntry::getSize).sum();
            List<CudaFolder.Library> libraries = new ArrayList<>();
            long done = 0;
            for (ZipEntry entry : entries) {
                long before = done;
                String place =
                        entry.getName().equals(NEEDS_DRIVER) ? OUT_OF_THE_WAY : entry.getName();
                try (InputStream in = archive.getInputStream(entry)) {
                    done +=
                            copy(
                                    in,
                                    folder.resolve(place),
                                    written ->
                                            progress.report(
                                                    "unpack " + name, before + written, total));
                }
                libraries.add(new CudaFolder.Library(entry.getSize(), place));
            }
            return libraries;
        }
    }

    private interface Written {
        void bytes(long count);
    }

    private static long copy(InputStream in, Path target, Written written)
            throws IOException, InterruptedException {
        Files.createDirectories(target.getParent());
        Path part = target.resolveSibling(target.getFileName() + ".part");
        long count = 0;
        try (var out = new FileOutputStream(part.toFile())) {
            byte[] block = new byte[BLOCK];
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                out.write(block, 0, read);
                count += read;
                written.bytes(count);
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped while unpacking");
                }
            }
            out.getFD().sync();
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        return count;
    }
}
