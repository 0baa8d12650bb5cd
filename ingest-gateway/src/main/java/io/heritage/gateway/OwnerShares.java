package io.heritage.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Something limited that owners share: how much of it is in use, and by whom. One owner gets three
 * quarters at most where there are several. Not thread-safe.
 */
final class OwnerShares {
    private final long limit;
    private final BooleanSupplier severalOwners;
    private final Map<String, Long> usedBy = new HashMap<>();
    private long used;

    OwnerShares(long limit, BooleanSupplier severalOwners) {
        this.limit = limit;
        this.severalOwners = severalOwners;
    }

    private long ownerLimit() {
        return severalOwners.getAsBoolean() ? Math.max(1, limit - limit / 4) : limit;
    }

    boolean fits(long amount) {
        return used + amount <= limit;
    }

    boolean fits(String owner, long amount) {
        return usedBy(owner) + amount <= ownerLimit();
    }

    long usedBy(String owner) {
        return usedBy.getOrDefault(owner, 0L);
    }

    void take(String owner, long amount) {
        used += amount;
        usedBy.merge(owner, amount, Long::sum);
    }

    void giveBack(String owner, long amount) {
        used -= amount;
        usedBy.computeIfPresent(owner, (_, held) -> held == amount ? null : held - amount);
    }

    long used() {
        return used;
    }
}
