package io.heritage.processor.device;

import io.heritage.models.torch.Device;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The devices of a processor as its configuration names them; a job of {@code sp_size} n runs on
 * the first n.
 *
 * @param devices none: the first GPU, else the CPU
 */
public record DeviceChoice(List<Device> devices) {
    static final String EXPECTED =
            "expected auto, cpu, cuda or cuda:N, or several devices as cuda:0,cuda:1 or cpu*N";

    private static final Pattern DEVICE = Pattern.compile("cpu|cuda(:[0-9]{1,2})?");
    private static final Pattern LOGICAL = Pattern.compile("cpu\\*([2-9]|1[0-6])");

    public DeviceChoice {
        devices = List.copyOf(devices);
    }

    /**
     * @param text {@code auto}; {@code cpu*N}, the CPU N times, 2 to 16; or devices with commas
     *     between, each once
     * @throws IllegalArgumentException saying what was expected and found
     */
    public static DeviceChoice parse(String text) {
        if (text.equals("auto")) {
            return new DeviceChoice(List.of());
        }
        Matcher logical = LOGICAL.matcher(text);
        if (logical.matches()) {
            return new DeviceChoice(
                    Collections.nCopies(Integer.parseInt(logical.group(1)), new Device.Cpu()));
        }
        List<String> names = Stream.of(text.split(",", -1)).map(String::strip).toList();
        if (!names.stream().allMatch(name -> DEVICE.matcher(name).matches())) {
            throw new IllegalArgumentException("%s, found '%s'".formatted(EXPECTED, text));
        }
        var devices = names.stream().map(Device::parse).toList();
        if (devices.size() > 1 && devices.contains(new Device.Cpu())) {
            throw new IllegalArgumentException(
                    "expected GPUs only in a list of devices, found '%s'".formatted(text));
        }
        if (new HashSet<>(devices).size() < devices.size()) {
            throw new IllegalArgumentException(
                    "expected each device once, found '%s'".formatted(text));
        }
        return new DeviceChoice(devices);
    }
}
