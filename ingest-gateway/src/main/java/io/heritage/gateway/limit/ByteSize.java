package io.heritage.gateway.limit;

/** Byte counts as RunPod's limit texts write them. */
public final class ByteSize {
    private ByteSize() {}

    /** {@code 10MiB}, {@code 4GiB}; plain bytes where no unit fits exactly. */
    public static String of(long bytes) {
        for (int unit = 3; unit > 0; unit--) {
            if (bytes % (1L << 10 * unit) == 0) {
                return (bytes >> 10 * unit) + "KMG".substring(unit - 1, unit) + "iB";
            }
        }
        return bytes + " bytes";
    }
}
