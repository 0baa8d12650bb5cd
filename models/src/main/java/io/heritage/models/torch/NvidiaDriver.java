package io.heritage.models.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * NVIDIA GPUs as reported by Linux, without NVIDIA's libraries.
 *
 * @param version of the driver that is loaded
 * @param cards names of the cards that the driver reports
 * @param devices {@code /dev/nvidia0} and so on: what this process, or its container, may use
 * @param onBus whether the machine has a card, with or without a driver
 */
public record NvidiaDriver(
        Optional<String> version, List<String> cards, List<String> devices, boolean onBus) {
    private static final Pattern VERSION = Pattern.compile("\\b(\\d{3,4}(\\.\\d+){1,2})\\b");
    private static final Pattern MODEL = Pattern.compile("(?m)^Model:\\s*(\\S.*)$");
    private static final String VENDOR = "0x10de";
    private static final String DISPLAY_CLASS = "0x03";

    public NvidiaDriver {
        cards = List.copyOf(cards);
        devices = List.copyOf(devices);
    }

    public static NvidiaDriver ofMachine() {
        return under(Path.of("/"));
    }

    /**
     * @param root of the tree with {@code dev}, {@code proc} and {@code sys}
     */
    public static NvidiaDriver under(Path root) {
        Path proc = root.resolve("proc/driver/nvidia");
        List<String> cards = new ArrayList<>();
        for (Path card : children(proc.resolve("gpus"))) {
            firstMatch(MODEL, text(card.resolve("information"))).ifPresent(cards::add);
        }
        List<String> devices =
                children(root.resolve("dev")).stream()
                        .map(file -> file.getFileName().toString())
                        .filter(name -> name.matches("nvidia\\d+"))
                        .sorted(Comparator.comparingInt(NvidiaDriver::number))
                        .map(name -> "/dev/" + name)
                        .toList();
        return new NvidiaDriver(
                firstMatch(VERSION, text(proc.resolve("version"))), cards, devices, onBus(root));
    }

    private static int number(String device) {
        return Integer.parseInt(device.substring("nvidia".length()));
    }

    private static boolean onBus(Path root) {
        return children(root.resolve("sys/bus/pci/devices")).stream()
                .anyMatch(device ->
                        text(device.resolve("vendor")).strip().equals(VENDOR)
                                && text(device.resolve("class")).startsWith(DISPLAY_CLASS));
    }

    /** Whether networks could run on a GPU here, were all libraries installed. */
    public boolean usable() {
        return !devices.isEmpty();
    }

    /** Whether the machine has an NVIDIA GPU, usable or not. */
    public boolean present() {
        return usable() || onBus || version.isPresent();
    }

    /** Why no GPU can be used, and what to do; empty if the kernel reports a usable one. */
    public Optional<String> obstacle() {
        if (usable()) {
            return Optional.empty();
        }
        if (version.isPresent()) {
            return Optional.of(
                    "the NVIDIA driver %s is loaded, but there is no /dev/nvidia0: in a container start it with the GPUs (docker run --gpus all), else run nvidia-smi once as root"
                            .formatted(version.get()));
        }
        return Optional.of(
                onBus
                        ? "this machine has an NVIDIA card, but no driver is loaded: install one (Ubuntu: sudo ubuntu-drivers install) and restart the machine"
                        : "this machine has no NVIDIA device (no /dev/nvidia0)");
    }

    private static Optional<String> firstMatch(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
    }

    /** Sorted; none if there is no such folder. */
    private static List<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException _) {
            return List.of(); // No permission, or removed meanwhile: treated as absent.
        }
    }

    /** Empty if there is no such file. */
    private static String text(Path file) {
        try {
            return Files.isReadable(file) ? Files.readString(file) : "";
        } catch (IOException _) {
            return ""; // The device was removed meanwhile.
        }
    }
}
