package io.heritage.models.torch;

/**
 * @param threads that share one operator on the CPU; the fastest is one for each core
 */
public record TorchOptions(Device device, int threads) {
    public TorchOptions {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "%d threads, at least 1 is needed".formatted(threads));
        }
    }

    /** CPU, a thread for each core. */
    public static TorchOptions cpu() {
        return cpu(Runtime.getRuntime().availableProcessors());
    }

    public static TorchOptions cpu(int threads) {
        return new TorchOptions(new Device.Cpu(), threads);
    }
}
