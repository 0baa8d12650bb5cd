package io.heritage.processor.config;

import io.heritage.media.ImageLimits;
import io.heritage.models.torch.Precision;
import io.heritage.processor.device.DeviceChoice;
import io.heritage.schemas.WorkerId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of one processor: its devices, and what it accepts. A machine with several GPUs runs a
 * processor for each.
 *
 * @param worker unique among the processors alive; clients see it as {@code workerId}
 * @param models folder with the published checkpoints; need not exist
 * @param device {@code auto} (the first GPU, else the CPU), {@code cpu}, {@code cuda} (the first
 *     GPU, or the processor does not start) or {@code cuda:N}; several for jobs of that {@code
 *     sp_size}, {@code cuda:0,cuda:1} or {@code cpu*N}
 * @param rifePrecision precision of RIFE's convolutions: fp32; bf16 where the CPU has instructions
 *     for it and on CUDA; fp16 on CUDA
 * @param threads CPU threads of a network; 0: one for each core
 * @param encoder what encodes videos
 * @param grace how long a running job may go on after a stop was requested, before it is handed
 *     back
 * @param hangTimeout how long a job may go without a checkpoint (a block of a network, a frame)
 *     before the device counts as hung and the process exits; zero: never
 * @param minImageSide shorter side of an input image in pixels, at least
 * @param maxImageMegapixels width times height of an input image, at most
 * @param maxResultBytes encoded size of a job's result, at most
 * @param streamPartBytes base64 of the frames that one part of {@code /stream} has, at most, unless
 *     it has a single one
 * @param heartbeat time between two heartbeats on the worker board
 * @param uploads buckets that results are uploaded into
 * @param wan how Wan2.2 is run where its files are installed
 * @param residency which models are in memory
 */
public record ProcessorConfig(
        WorkerId worker,
        Path models,
        String device,
        Precision rifePrecision,
        int threads,
        EncoderChoice encoder,
        Duration grace,
        Duration hangTimeout,
        int minImageSide,
        int maxImageMegapixels,
        long maxResultBytes,
        long streamPartBytes,
        Duration heartbeat,
        UploadConfig uploads,
        WanConfig wan,
        ResidencyConfig residency) {

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
        if (hangTimeout.isNegative()) {
            problems.add("hang-timeout: expected zero (never) or more, found " + hangTimeout);
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
        if (streamPartBytes < 1) {
            problems.add("stream-part-bytes: expected at least 1, found " + streamPartBytes);
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
                Precision.FP32,
                0,
                EncoderChoice.CPU,
                Duration.ofSeconds(5),
                Duration.ofMinutes(10),
                16,
                100,
                4L << 30,
                3L << 20,
                Duration.ofSeconds(2),
                UploadConfig.defaults(),
                WanConfig.defaults(),
                ResidencyConfig.defaults());
    }

    public DeviceChoice devices() {
        return DeviceChoice.parse(device);
    }

    /** Value of {@code gateway.upload-secret}; empty if not set. */
    public String uploadSecret() {
        return uploads.secret();
    }

    /** Smallest and largest size of an input image. */
    public ImageLimits imageLimits() {
        return new ImageLimits(
                maxImageMegapixels * 1_000_000L, ImageLimits.DEFAULT.maxSide(), minImageSide);
    }

    public ProcessorConfig withModels(Path folder) {
        return new ProcessorConfig(
                worker,
                folder,
                device,
                rifePrecision,
                threads,
                encoder,
                grace,
                hangTimeout,
                minImageSide,
                maxImageMegapixels,
                maxResultBytes,
                streamPartBytes,
                heartbeat,
                uploads,
                wan,
                residency);
    }

    public ProcessorConfig withDevice(String other) {
        return new ProcessorConfig(
                worker,
                models,
                other,
                rifePrecision,
                threads,
                encoder,
                grace,
                hangTimeout,
                minImageSide,
                maxImageMegapixels,
                maxResultBytes,
                streamPartBytes,
                heartbeat,
                uploads,
                wan,
                residency);
    }

    /** Host name and process id: unique on a machine, and new after a restart. */
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
