package io.heritage.standalone.doctor;

import io.heritage.http.AdminConfig;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.services.HostCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Checks of the machine against the configuration. */
final class MachineChecks {
    private static final int JDK = 25;

    /** File of systemd-timesyncd, which exists once the clock was synchronised. */
    private static final Path CLOCK_IN_STEP = Path.of("/run/systemd/timesync/synchronized");

    private static final Path CHRONY = Path.of("/run/chrony");

    private MachineChecks() {}

    static Finding jdk(int feature, String version) {
        return feature >= JDK
                ? Finding.ok("jdk", version)
                : Finding.fail(
                        "jdk",
                        version,
                        "install a JDK %d, such as Temurin, and set JAVA_HOME".formatted(JDK));
    }

    static List<Finding> host(HostCheck host, Path data) {
        var findings = new ArrayList<Finding>();
        String offers =
                "%.1f GB of disk free at %s, %.1f GB of memory, %d file descriptors"
                        .formatted(
                                host.freeDiskBytes() / 1e9,
                                data.toAbsolutePath(),
                                host.memoryBytes() / 1e9,
                                host.fileDescriptors());
        if (host.warnings().isEmpty()) {
            findings.add(Finding.ok("disk and memory", offers));
        }
        host.warnings()
                .forEach(warning ->
                        findings.add(
                                Finding.warn(
                                        "disk and memory",
                                        warning,
                                        "free some, or choose another data folder with"
                                                + " --data")));
        return findings;
    }

    /** A port in use may be Heritage's own. */
    static List<Finding> ports(HeritageConfig config) {
        AdminConfig admin = config.admin();
        return Stream.of(
                        port("gateway.port", config.gateway().host(), config.gateway().port()),
                        port("sink.port", config.sink().host(), config.sink().port()),
                        port("admin.port", admin.host(), admin.enabled() ? admin.port() : 0))
                .toList();
    }

    static Finding port(String key, String host, int port) {
        if (port == 0) {
            return Finding.ok(key, "takes a free one, or is not used");
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return Finding.ok(key, "%s:%d is free".formatted(host, port));
        } catch (IOException e) {
            return Finding.warn(
                    key,
                    "%s:%d cannot be used (%s)".formatted(host, port, e.getMessage()),
                    "fine if Heritage is already running; otherwise stop the program that uses"
                            + " it, or set "
                            + key);
        }
    }

    /** Native libraries are unpacked into this folder and loaded from it. */
    static Finding temporary(Path folder) {
        try {
            Path script =
                    Files.createTempFile(
                            folder,
                            "heritage-doctor-",
                            ".sh",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rwx------")));
            try {
                Files.writeString(script, "#!/bin/sh\nexit 0\n");
                return executable(folder, script);
            } finally {
                Files.delete(script);
            }
        } catch (IOException e) {
            return Finding.fail(
                    "temporary files",
                    "%s cannot be written (%s)".formatted(folder, e.getMessage()),
                    "set another: HERITAGE_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER");
        }
    }

    private static Finding executable(Path folder, Path script) {
        try {
            Process run = new ProcessBuilder(script.toString()).start();
            if (run.waitFor(10, TimeUnit.SECONDS) && run.exitValue() == 0) {
                return Finding.ok("temporary files", folder.toString());
            }
        } catch (IOException e) {
            return notExecutable(folder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return notExecutable(folder);
    }

    private static Finding notExecutable(Path folder) {
        return Finding.fail(
                "temporary files",
                "programs cannot be run from %s (mounted noexec?)".formatted(folder),
                "set another: HERITAGE_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER");
    }

    static Finding models(Path folder) {
        List<String> installed =
                SeedVr2Variant.values().stream()
                        .filter(variant -> SeedVr2Files.missing(folder, variant).isEmpty())
                        .map(SeedVr2Variant::id)
                        .toList();
        return installed.isEmpty()
                ? Finding.warn(
                        "models",
                        "no model of restore in " + folder.toAbsolutePath(),
                        "heritage models pull NAME; interpolate works without")
                : Finding.ok(
                        "models",
                        "%s in %s"
                                .formatted(String.join(", ", installed), folder.toAbsolutePath()));
    }

    static Finding clock() {
        return Files.exists(CLOCK_IN_STEP) || Files.exists(CHRONY)
                ? Finding.ok("clock", "synchronised with a time server")
                : Finding.warn(
                        "clock",
                        "not known to be synchronised",
                        "in a container check the host's clock; otherwise install chrony, or"
                                + " timedatectl set-ntp true");
    }
}
