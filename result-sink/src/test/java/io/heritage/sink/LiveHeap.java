package io.heritage.sink;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/** What the heap holds that is still used. */
final class LiveHeap {
    private LiveHeap() {}

    /**
     * As a collection just now has left it, without what other threads have allocated since,
     * however long this one was kept from looking.
     */
    static long bytes() {
        System.gc();
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
                .sum();
    }
}
