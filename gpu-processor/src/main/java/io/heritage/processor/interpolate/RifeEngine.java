package io.heritage.processor.interpolate;

import io.heritage.media.RgbFrame;
import io.heritage.models.rife.Rife;
import io.heritage.models.rife.RifeOptions;
import io.heritage.models.rife.RifePair;
import io.heritage.models.rife.RifeWeights;
import io.heritage.models.torch.GpuMemory;
import io.heritage.models.torch.NvidiaDriver;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.device.DeviceStatus;
import io.heritage.processor.device.TorchStart;
import io.heritage.processor.job.WorkObserver;
import io.heritage.schemas.SampleDepth;
import java.util.List;
import java.util.Optional;

/** RIFE 4.7 on a device. Opened, used and closed by one thread. */
public final class RifeEngine implements FrameInterpolator {
    private final TorchRuntime runtime;
    private final Rife rife;
    private final Optional<String> fallback;

    private RifeEngine(TorchRuntime runtime, Rife rife, Optional<String> fallback) {
        this.runtime = runtime;
        this.rife = rife;
        this.fallback = fallback;
    }

    /**
     * Loads the weights of the model folder, else those that ship with Heritage.
     *
     * @param runtime stays the caller's to close, after the engine
     * @throws RuntimeException naming the file or library that is wrong
     */
    public static RifeEngine open(ProcessorConfig config, DeviceRuntime runtime) {
        TorchRuntime torch = runtime.get();
        try (RifeWeights weights = RifeWeights.find(config.models())) {
            return new RifeEngine(
                    torch,
                    Rife.load(torch, weights, new RifeOptions(config.rifePrecision())),
                    TorchStart.fallback(config.devices(), NvidiaDriver.ofMachine()));
        }
    }

    @Override
    public Rife network() {
        return rife;
    }

    @Override
    public InstalledWeights weights() {
        RifeWeights.Origin origin = rife.weights();
        return new InstalledWeights(origin.name(), origin.source(), origin.sha256());
    }

    @Override
    public DeviceStatus device() {
        GpuMemory memory = runtime.memory();
        return new DeviceStatus(
                runtime.device().toString(),
                memory.total(),
                memory.total() - memory.free(),
                List.of(rife.weights().name()),
                fallback);
    }

    @Override
    public FramePair pair(RgbFrame first, RgbFrame second) {
        if (first.depth() == SampleDepth.SIXTEEN) {
            return new DeepRifePair(rife, first, second);
        }
        return new Pair(rife.pair(first.pixels(), second.pixels(), first.width(), first.height()));
    }

    private record Pair(RifePair pair) implements FramePair {
        @Override
        public void next(RgbFrame frame) {
            pair.next(frame.pixels());
        }

        @Override
        public void between(double t, RgbFrame into, WorkObserver observer) {
            pair.at(t, into.pixels(), observer);
        }

        @Override
        public void close() {
            pair.close();
        }
    }

    @Override
    public void close() {
        rife.close();
    }
}
