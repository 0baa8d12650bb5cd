package io.heritage.standalone.gpu;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder with the CUDA build of libtorch. The libraries lie as in a Python installation, since
 * they look for each other by relative paths:
 *
 * <pre>
 * torch/lib, nvidia/NAME/lib, cusparselt/lib
 * lib/libcudart.so       the link that JNA looks for
 * nvidia/nvrtc           the link that cuDNN looks for
 * wheels/NAME.whl.part   what is being fetched
 * wheels/NAME.whl.unpacked   which libraries came from a wheel; written when all are there
 * installed              written last: the launcher uses a folder that has it
 * </pre>
 *
 * @param path need not exist
 */
public record CudaFolder(Path path) {
    private static final String UNPACKED = ".unpacked";

    /** A library of a wheel: its path in this folder. */
    record Library(long bytes, String path) {}

    /** The launcher's folder: {@code HERITAGE_CUDA}, else {@code cuda} beside it. */
    public static CudaFolder usual(Map<String, String> environment) {
        String named = environment.getOrDefault("HERITAGE_CUDA", "");
        return new CudaFolder(
                named.isBlank()
                        ? Path.of(System.getProperty("heritage.home", "."), "cuda")
                        : Path.of(named));
    }

    /** The libraries of libtorch itself. */
    public Path libtorch() {
        return path.resolve("torch/lib");
    }

    /** Folder in which JNA finds the CUDA runtime. */
    Path links() {
        return path.resolve("lib");
    }

    Path wheels() {
        return path.resolve("wheels");
    }

    /** Marks a complete folder; written last. */
    public boolean installed() {
        return Files.isRegularFile(marker());
    }

    private Path marker() {
        return path.resolve("installed");
    }

    /**
     * {@code PROJECT VERSION} of each wheel that is installed; empty if it is not complete.
     *
     * @throws IOException if it cannot be read
     */
    public List<String> versions() throws IOException {
        return installed() ? Files.readAllLines(marker()) : List.of();
    }

    void beginChange() throws IOException {
        Files.deleteIfExists(marker());
    }

    void markInstalled(List<Wheel> wheels) throws IOException {
        for (Wheel wheel : wheels) {
            if (wheel.project().equals("torch")) {
                // The place in a zip distribution of libtorch, which is checked before it is
                // loaded.
                write(libtorch().resolveSibling("build-version"), List.of(wheel.version()));
            }
        }
        write(
                marker(),
                wheels.stream().map(wheel -> wheel.project() + " " + wheel.version()).toList());
    }

    private Path record(Wheel wheel) {
        return wheels().resolve(wheel.localName() + UNPACKED);
    }

    /** Whether all libraries of a wheel are in their place with their lengths. */
    boolean has(Wheel wheel) throws IOException {
        Path record = record(wheel);
        if (!Files.isRegularFile(record)) {
            return false;
        }
        List<String> lines = Files.readAllLines(record);
        if (lines.isEmpty() || !lines.getFirst().equals(wheel.sha256())) {
            return false;
        }
        for (Library library : libraries(lines)) {
            Path file = path.resolve(library.path());
            if (!Files.isRegularFile(file) || Files.size(file) != library.bytes()) {
                return false;
            }
        }
        return true;
    }

    void recordUnpacked(Wheel wheel, List<Library> libraries) throws IOException {
        List<String> lines = new ArrayList<>(List.of(wheel.sha256()));
        libraries.forEach(library -> lines.add(library.bytes() + " " + library.path()));
        write(record(wheel), lines);
    }

    /** Removes files of wheels that only an earlier version needed. */
    void removeOthers(List<Wheel> wanted) throws IOException {
        for (Path file : fetched()) {
            String name = file.getFileName().toString();
            if (wanted.stream().anyMatch(wheel -> name.startsWith(wheel.localName()))) {
                continue;
            }
            if (name.endsWith(UNPACKED)) {
                for (Library library : libraries(Files.readAllLines(file))) {
                    Files.deleteIfExists(path.resolve(library.path()));
                }
            }
            Files.delete(file);
        }
    }

    /** Bytes of wheels that are not unpacked yet. */
    long fetchedBytes() throws IOException {
        long bytes = 0;
        for (Path file : fetched()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private List<Path> fetched() throws IOException {
        try (Stream<Path> files = Files.list(wheels())) {
            return files.filter(file -> file.getFileName().toString().contains(".whl")).toList();
        }
    }

    private static List<Library> libraries(List<String> record) {
        return record.stream()
                .skip(1)
                .map(line -> line.split(" ", 2))
                .map(parts -> new Library(Long.parseLong(parts[0]), parts[1]))
                .toList();
    }

    /**
     * {@code libcudart.so}, without a version in its name as JNA looks for it, and the folder
     * {@code nvrtc}, where cuDNN looks for the compiler of its kernels.
     */
    void makeLinks() throws IOException {
        Files.createDirectories(links());
        link(
                links().resolve("libcudart.so"),
                Path.of("../nvidia/cuda_runtime/lib/libcudart.so.12"));
        link(path.resolve("nvidia/nvrtc"), Path.of("cuda_nvrtc"));
    }

    /** Replaces our own link and keeps anything else. */
    public static void link(Path link, Path target) throws IOException {
        if (Files.isSymbolicLink(link)) {
            if (Files.readSymbolicLink(link).equals(target)) {
                return;
            }
            Files.delete(link);
        }
        if (Files.exists(link)) {
            throw new FileAlreadyExistsException(link.toString());
        }
        Files.createSymbolicLink(link, target);
    }

    /**
     * Locks the folder during an installation.
     *
     * @throws InstallFailed if another process is installing
     */
    AutoCloseableLock lock() throws IOException {
        Files.createDirectories(wheels());
        FileChannel channel =
                FileChannel.open(
                        wheels().resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel::close;
            }
        } catch (OverlappingFileLockException _) {
            // Reported below, like the lock of another process.
        }
        channel.close();
        throw new InstallFailed(path + " is being written by another installation");
    }

    interface AutoCloseableLock extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    private static void write(Path file, List<String> lines) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (var out = new FileOutputStream(part.toFile())) {
            out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
