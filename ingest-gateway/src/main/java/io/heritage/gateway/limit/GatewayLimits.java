package io.heritage.gateway.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits on what clients use at the same time. If several keys are configured, one of them gets at
 * most three quarters of the uploads and of the memory.
 *
 * @param connections open at once; one more closes the connection that is idle for longest, and is
 *     refused where none is idle. 0 takes 10,000, or fewer where they would take more than an
 *     eighth of the heap
 * @param bodyMemoryBytes heap for request bodies that are being read, all together; 0 takes an
 *     eighth of the heap. Media are not counted, they are streamed
 * @param uploads requests whose media are being stored at once; not more than {@code
 *     kafka.concurrent-uploads}
 * @param uploadPatience how long a request waits for its turn to store media
 * @param minBodyBytesPerSecond of a request body, on average over the time the gateway waits for
 *     it; 0 for any rate
 * @param bodyGrace how long the gateway waits for a body, pauses added up, before its rate counts
 */
public record GatewayLimits(
        int connections,
        long bodyMemoryBytes,
        int uploads,
        Duration uploadPatience,
        int minBodyBytesPerSecond,
        Duration bodyGrace) {
    private static final int HEAP_SHARE = 8;
    private static final int MOST_CONNECTIONS = 10_000;

    /** Heap of a connection without a body: 13 KiB when idle, more while it is answered. */
    private static final int CONNECTION_BYTES = 32 << 10;

    public GatewayLimits {
        List<String> problems = new ArrayList<>();
        if (connections < 0) {
            problems.add("connections: expected 0 (by the heap) or more, found " + connections);
        }
        if (bodyMemoryBytes < 0 || (bodyMemoryBytes > 0 && bodyMemoryBytes < BodyMemory.BASE)) {
            problems.add(
                    "body-memory-bytes: expected 0 (an eighth of the heap) or at least %s, found %d"
                            .formatted(ByteSize.of(BodyMemory.BASE), bodyMemoryBytes));
        }
        if (uploads < 1) {
            problems.add("uploads: expected at least 1, found " + uploads);
        }
        if (uploadPatience.isNegative()) {
            problems.add("upload-patience: expected zero or more, found " + uploadPatience);
        }
        if (bodyGrace.isNegative()) {
            problems.add("body-grace: expected zero or more, found " + bodyGrace);
        }
        if (minBodyBytesPerSecond < 0) {
            problems.add(
                    "min-body-bytes-per-second: expected 0 or more, found "
                            + minBodyBytesPerSecond);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    public static GatewayLimits defaults() {
        return new GatewayLimits(0, 0, 64, Duration.ofSeconds(30), 1024, Duration.ofSeconds(10));
    }

    /** The limit of connections, one at least. */
    public int mostConnections() {
        return connections > 0
                ? connections
                : Math.clamp(heapShare() / CONNECTION_BYTES, 1, MOST_CONNECTIONS);
    }

    /** The limit in bytes. */
    public long bodyMemory() {
        return bodyMemoryBytes > 0 ? bodyMemoryBytes : Math.max(BodyMemory.BASE, heapShare());
    }

    private static long heapShare() {
        return Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    }
}
