package io.heritage.processor.config;

import io.heritage.media.ImageLimits;
import io.heritage.models.rife.RifePrecision;
import io.heritage.processor.device.DeviceChoice;
import io.heritage.schemas.WorkerId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What one processor runs on and what it accepts. A machine with several GPUs runs a processor for
 * each.
 *
 * @param worker unique among the processors alive; clients see it as {@code workerId}
 * @param models folder with the published checkpoints; need not exist
 * @param device {@code auto} (the first GPU, else the CPU), {@code cpu}, {@code cuda} (the first
 *     GPU, or the processor does not start) or {@code cuda:N}; several for jobs of that {@code
 *     sp_size}, {@code cuda:0,cuda:1} or {@code cpu*N}
 * @param rifePrecision of RIFE's convolutions: fp32; bf16 where the CPU has instructions for it and
 *     on CUDA; fp16 on CUDA
 * @param threads of a network on the CPU; 0 takes one for each core
 * @param grace how long a running job may go on after the processor was told to stop, before it is
 *     handed back
 * @param minImageSide shorter side of an input image in pixels, at least
 * @param maxImageMegapixels width times height of an input image, at most
 * @param maxResultBytes of one job, encoded
 * @param heartbeat between two messages to the worker board
 * @param wan how Wan2.2 is run where its files are installed
 */
public record ProcessorConfig(
        WorkerId worker,
        Path models,
        String device,
        RifePrecision rifePrecision,
        int threads,
        Duration grace,
        int minImageSide,
        int maxImageMegapixels,
        long maxResultBytes,
        Duration heartbeat,
        WanConfig wan) {

    public ProcessorConfig {
        List<String> problems = new ArrayList<>();
        try {
            DeviceChoice.parse(device);
        } catch (IllegalArgumentException e) {
            problems.add("device: " + e.getMessage());
        }
        if (threads < 0) {
            problems.add("threads: expected 0 (one a core) or more, found " + threads);
        }
        if (grace.isNegative()) {
            problems.add("grace: expected zero or more, found " + grace);
        }
        if (minImageSide < 2) {
            problems.add("min-image-side: expected at least 2, found " + minImageSide);
        }
        if (maxImageMegapixels < 1 || maxImageMegapixels > 500) {
            problems.add("max-image-megapixels: expected 1 to 500, found " + maxImageMegapixels);
        }
        if (maxResultBytes < 1 << 20) {
            problems.add("max-result-bytes: expected at least 1 MiB, found " + maxResultBytes);
        }
        if (heartbeat.compareTo(Duration.ofMillis(100)) < 0) {
            problems.add("heartbeat: expected at least 100 ms, found " + heartbeat);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    public static ProcessorConfig defaults() {
        return new ProcessorConfig(
                defaultWorker(),
                Path.of("ckpts"),
                "auto",
                RifePrecision.FP32,
                0,
                Duration.ofSeconds(5),
                16,
                100,
                4L << 30,
                Duration.ofSeconds(2),
                WanConfig.defaults());
    }

    public DeviceChoice devices() {
        return DeviceChoice.parse(device);
    }

    /** What an input image may measure. */
    public ImageLimits imageLimits() {
        return new ImageLimits(
                maxImageMegapixels * 1_000_000L, ImageLimits.DEFAULT.maxSide(), minImageSide);
    }

    public ProcessorConfig withWorker(WorkerId id) {
        return new ProcessorConfig(
                id,
                models,
                device,
                rifePrecision,
                threads,
                grace,
                minImageSide,
                maxImageMegapixels,
                maxResultBytes,
                heartbeat,
                wan);
    }

    public ProcessorConfig withModels(Path folder) {
        return new ProcessorConfig(
                worker,
                folder,
                device,
                rifePrecision,
                threads,
                grace,
                minImageSide,
                maxImageMegapixels,
                maxResultBytes,
                heartbeat,
                wan);
    }

    public ProcessorConfig withWan(WanConfig other) {
        return new ProcessorConfig(
                worker,
                models,
                device,
                rifePrecision,
                threads,
                grace,
                minImageSide,
                maxImageMegapixels,
                maxResultBytes,
                heartbeat,
                other);
    }

    public ProcessorConfig withDevice(String other) {
        return new ProcessorConfig(
                worker,
                models,
                other,
                rifePrecision,
                threads,
                grace,
                minImageSide,
                maxImageMegapixels,
                maxResultBytes,
                heartbeat,
                wan);
    }

    /** Host and process: two processors of one machine differ, a restart gets a new name. */
    private static WorkerId defaultWorker() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            host = "localhost";
        }
        String clean = host.replaceAll("[^A-Za-z0-9_-]", "-");
        return new WorkerId(
                clean.substring(0, Math.min(40, clean.length()))
                        + "-"
                        + ProcessHandle.current().pid());
    }
}
