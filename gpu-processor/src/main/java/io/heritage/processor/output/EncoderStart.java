package io.heritage.processor.output;

import io.heritage.media.EncodedBy;
import io.heritage.media.Nvenc;
import io.heritage.processor.config.EncoderChoice;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resolves the configured choice of an encoder on this machine; called once, at a start. */
public final class EncoderStart {
    private static final Logger LOG = LoggerFactory.getLogger(EncoderStart.class);

    private EncoderStart() {}

    /**
     * @throws EncoderUnavailable if the choice is NVENC, which does not work here
     */
    public static EncodedBy of(EncoderChoice choice) {
        return of(choice, Nvenc::obstacle);
    }

    /**
     * @param trial why NVENC does not work here, empty if it does; not asked for the CPU
     */
    static EncodedBy of(EncoderChoice choice, Supplier<Optional<String>> trial) {
        return switch (choice) {
            case CPU -> EncodedBy.CPU;
            case AUTO -> automatic(trial.get());
            case NVENC -> {
                trial.get().ifPresent(EncoderStart::refuse);
                yield EncodedBy.NVENC;
            }
        };
    }

    private static EncodedBy automatic(Optional<String> obstacle) {
        if (obstacle.isEmpty()) {
            LOG.atInfo().log("videos are encoded on the GPU by NVENC");
            return EncodedBy.NVENC;
        }
        LOG.atInfo()
                .addKeyValue("reason", obstacle.get())
                .log("videos are encoded on the CPU; NVENC does not work here");
        return EncodedBy.CPU;
    }

    private static void refuse(String obstacle) {
        throw new EncoderUnavailable(
                "NVENC does not work here: "
                        + obstacle
                        + ". It needs an NVIDIA GPU with an encoder (A100, H100 and H200 have none)"
                        + " and the driver's libnvidia-encode.so.1. auto takes the CPU then, cpu"
                        + " always");
    }
}
