package io.heritage.gateway.limit;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Use of a limited resource by owners. If there are several, one gets three quarters at most. Not
 * thread-safe.
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
