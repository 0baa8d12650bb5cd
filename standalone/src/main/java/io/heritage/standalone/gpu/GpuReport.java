package io.heritage.standalone.gpu;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.models.torch.CudaDevice;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.NvidiaDriver;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchUnavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Installed GPU software, the device that jobs will run on, and advice.
 *
 * @param configured {@code processor.device} of the configuration
 * @param driver as the kernel reports it
 * @param libraries folder of libtorch that will be loaded; empty: the CPU build of the class path
 * @param versions of the libraries in it, as far as they are known: {@code PROJECT VERSION}
 * @param devices that the CUDA runtime sees
 * @param problem why libtorch cannot use a GPU; empty: it can
 */
public record GpuReport(
        String configured,
        NvidiaDriver driver,
        Optional<Path> libraries,
        List<String> versions,
        List<CudaDevice> devices,
        Optional<String> problem) {

    public GpuReport {
        versions = List.copyOf(versions);
        devices = List.copyOf(devices);
    }

    /** Loads libtorch if it is a CUDA build. */
    public static GpuReport ofMachine(String configured, Map<String, String> environment) {
        Optional<Path> libraries =
                Optional.ofNullable(environment.get("PYTORCH_LIBRARY_PATH"))
                        .filter(text -> !text.isBlank())
                        .map(Path::of);
        Optional<String> problem = whyNoGpu();
        return new GpuReport(
                configured,
                NvidiaDriver.ofMachine(),
                libraries,
                versions(libraries, environment),
                CudaDevice.all(),
                problem);
    }

    private static Optional<String> whyNoGpu() {
        try (TorchRuntime _ = TorchRuntime.start(new TorchOptions(new Device.Cuda(0), 1))) {
            return Optional.empty();
        } catch (TorchUnavailable e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Versions of installed libraries; others have no common way to report theirs. */
    private static List<String> versions(
            Optional<Path> libraries, Map<String, String> environment) {
        CudaFolder folder = CudaFolder.usual(environment);
        try {
            boolean ours =
                    libraries.isPresent()
                            && folder.installed()
                            && libraries.get().toRealPath().equals(folder.libtorch().toRealPath());
            return ours ? folder.versions() : List.of();
        } catch (IOException e) {
            return List.of("unknown: " + e.getMessage());
        }
    }

    /** Whether jobs will run on a GPU. */
    public boolean onGpu() {
        return problem.isEmpty() && !configured.startsWith("cpu");
    }

    /** The device, in words. */
    public String runsOn() {
        if (configured.startsWith("cuda")) {
            return problem.isEmpty()
                    ? configured
                    : "nowhere: a processor with this device does not start";
        }
        return onGpu() ? "cuda:0" : "the CPU";
    }

    /** Advice for running jobs on a GPU; empty if they do. */
    public Optional<String> toDo() {
        if (onGpu()) {
            return Optional.empty();
        }
        if (problem.isEmpty()) {
            return Optional.of("set processor.device to auto: it is " + configured);
        }
        return driver.obstacle().or(this::problem);
    }

    /** Text with one line per fact. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(line("Driver", driver.version().orElse("none is loaded")));
        lines.add(line("Devices", driver.devices().isEmpty() ? "none" : named()));
        for (CudaDevice device : devices) {
            lines.add(
                    line(
                            "cuda:" + device.index(),
                            "sm%s, %.1f GiB, %.1f GiB free"
                                    .formatted(
                                            device.capability(),
                                            device.memory().total() / 0x1p30,
                                            device.memory().free() / 0x1p30)));
        }
        lines.add(
                line(
                        "Libraries",
                        libraries
                                .map(Path::toString)
                                .orElse("the CPU build of libtorch; no CUDA libraries")));
        versions.forEach(version -> lines.add(line("", version)));
        lines.add(line("libtorch", "sees %d CUDA devices".formatted(devices.size())));
        lines.add(line("Jobs run on", "%s (processor.device: %s)".formatted(runsOn(), configured)));
        toDo().ifPresent(text -> lines.add(line("To do", text)));
        return String.join("\n", lines);
    }

    private String named() {
        String devices = String.join(", ", driver.devices());
        return driver.cards().isEmpty()
                ? devices
                : devices + " (" + String.join(", ", driver.cards()) + ")";
    }

    private static String line(String name, String text) {
        return "%-13s%s".formatted(name, text);
    }

    /** JSON with the same facts; unknown ones are left out. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("on_gpu", onGpu()).put("runs_on", runsOn()).put("configured_device", configured);
        driver.version().ifPresent(version -> json.put("driver", version));
        driver.devices().forEach(json.putArray("device_files")::add);
        driver.cards().forEach(json.putArray("cards")::add);
        libraries.ifPresent(path -> json.put("libraries", path.toString()));
        ObjectNode found = json.putObject("versions");
        for (String version : versions) {
            String[] parts = version.split(" ", 2);
            found.put(parts[0], parts[1]);
        }
        ArrayNode seen = json.putArray("cuda_devices");
        for (CudaDevice device : devices) {
            seen.addObject()
                    .put("index", device.index())
                    .put("capability", device.capability())
                    .put("memory", device.memory().total())
                    .put("free", device.memory().free());
        }
        problem.ifPresent(text -> json.put("problem", text));
        toDo().ifPresent(text -> json.put("to_do", text));
        return json;
    }
}
