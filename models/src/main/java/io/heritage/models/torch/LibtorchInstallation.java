package io.heritage.models.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks a libtorch that comes from the host ({@code PYTORCH_LIBRARY_PATH}, on GPU machines) before
 * it is loaded: one of another version loads and then crashes in native code. Without that variable
 * the CPU build from the class path is used.
 */
record LibtorchInstallation(Map<String, String> environment) {
    static final String VERSION = "2.7.1";
    private static final String OPERATORS = "PYTORCH_EXTRA_LIBRARY_PATH";
    private static final Pattern NUMBER = Pattern.compile("(\\d+\\.\\d+\\.\\d+)");

    /**
     * @throws TorchUnavailable if the host's libtorch is not the one that the engine was built for,
     *     or a library of operators is missing
     */
    void check(Device device) {
        String folder = environment.get("PYTORCH_LIBRARY_PATH");
        if (folder == null || folder.isBlank()) {
            requireClassPathBuildFor(device);
        } else {
            requireHostBuild(folder);
        }
        requireOperators();
    }

    private void requireHostBuild(String folder) {
        Path library = Path.of(folder);
        if (!Files.isDirectory(library)) {
            throw new TorchUnavailable(
                    "PYTORCH_LIBRARY_PATH is %s, which is no folder; it must name the lib folder of libtorch %s"
                            .formatted(folder, VERSION));
        }
        String declared = environment.getOrDefault("PYTORCH_VERSION", "not set");
        if (!declared.equals(VERSION)) {
            throw new TorchUnavailable(
                    "PYTORCH_VERSION is %s, expected %s beside PYTORCH_LIBRARY_PATH=%s"
                            .formatted(declared, VERSION, folder));
        }
        installedVersion(library)
                .filter(found -> !found.equals(VERSION))
                .ifPresent(found -> {
                    throw new TorchUnavailable(
                            "libtorch in %s is %s, expected %s: install that version, another one crashes"
                                    .formatted(folder, found, VERSION));
                });
    }

    /** The engine loads each of these libraries after libtorch; it fails with a trace. */
    private void requireOperators() {
        String files = environment.get(OPERATORS);
        if (files == null) {
            return;
        }
        for (String file : files.split(",", -1)) {
            if (!Files.isRegularFile(Path.of(file))) {
                throw new TorchUnavailable(
                        "%s names '%s', which is no file; it must name libraries of operators, with commas between"
                                .formatted(OPERATORS, file));
            }
        }
    }

    private void requireClassPathBuildFor(Device device) {
        if (device instanceof Device.Cuda) {
            throw new TorchUnavailable(
                    ("device %s needs the CUDA build of libtorch %s: run './heritage gpu install' (docs/gpu.md), or set"
                                    + " PYTORCH_LIBRARY_PATH to its lib folder, PYTORCH_VERSION=%s and PYTORCH_FLAVOR=cu128")
                            .formatted(device, VERSION, VERSION));
        }
    }

    /**
     * {@code build-version} of the zip distribution or {@code version.py} of the Python package.
     */
    private static Optional<String> installedVersion(Path library) {
        for (String name : new String[] {"../build-version", "../version.py"}) {
            Path file = library.resolve(name).normalize();
            if (Files.isRegularFile(file)) {
                return firstNumber(file);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> firstNumber(Path file) {
        try {
            Matcher matcher = NUMBER.matcher(Files.readString(file));
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IOException e) {
            throw new TorchUnavailable("cannot read the version of libtorch in " + file, e);
        }
    }
}
