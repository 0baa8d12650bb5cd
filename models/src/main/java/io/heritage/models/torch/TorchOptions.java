package io.heritage.models.torch;

/**
 * @param threads that share one operator on the CPU; the fastest is one for each core
 */
public record TorchOptions(Device device, int threads) {
    /**
     * Cores that this process may use, as it began with networks. A container's may change while it
     * runs; devices that start later compute with as many threads all the same, since results
     * depend on the number.
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
