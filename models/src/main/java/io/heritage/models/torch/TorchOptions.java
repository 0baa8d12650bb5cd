package io.heritage.models.torch;

/**
 * @param threads that share one operator on the CPU; the fastest is one for each core
 */
public record TorchOptions(Device device, int threads) {
    /**
     * Cores available when this process first used networks. A container's number may change, but
     * devices that start later use the same number of threads, because results depend on it.
     */
    public static final int CORES = Runtime.getRuntime().availableProcessors();

    public TorchOptions {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "%d threads, at least 1 is needed".formatted(threads));
        }
    }

    /** CPU, a thread for each core. */
    public static TorchOptions cpu() {
        return cpu(CORES);
    }

    public static TorchOptions cpu(int threads) {
        return new TorchOptions(new Device.Cpu(), threads);
    }
}
