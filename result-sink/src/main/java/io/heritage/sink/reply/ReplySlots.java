package io.heritage.sink.reply;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Limits how many replies with media are sent, or frames decoded, at the same time; no owner gets
 * more than half of them. If there are fewer readers of media than replies, some readers are
 * reserved for other owners. Any thread.
 */
public final class ReplySlots {
    private static final int LEFT_TO_OTHERS = 2;

    private final int atOnce;
    private final int perOwner;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition freed = lock.newCondition();
    private final Map<String, Integer> ofOwners = new HashMap<>();
    private int taken;
    private volatile int waiting;

    public ReplySlots(int atOnce) {
        this(atOnce, atOnce);
    }

    /**
     * @param readers that all of them share; a slot without one would wait for another to end
     */
    public ReplySlots(int wanted, int readers) {
        this.atOnce = Math.min(wanted, readers);
        this.perOwner = Math.min((wanted + 1) / 2, Math.max(1, atOnce - LEFT_TO_OTHERS));
    }

    /** Whether a slot became free within the time; the caller must then give it back. */
    public boolean take(String owner, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!isFree(owner) && !awaitFree(owner, atMost.toNanos())) {
                return false;
            }
            taken++;
            ofOwners.merge(owner, 1, Integer::sum);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitFree(String owner, long atMostNanos) throws InterruptedException {
        waiting++;
        try {
            long left = atMostNanos;
            while (left > 0 && !isFree(owner)) {
                left = freed.awaitNanos(left);
            }
            return isFree(owner);
        } finally {
            waiting--;
        }
    }

    /** Whether a reply waits for a slot. */
    boolean isAwaited() {
        return waiting > 0;
    }

    public void giveBack(String owner) {
        lock.lock();
        try {
            taken--;
            ofOwners.computeIfPresent(owner, (_, n) -> n == 1 ? null : n - 1);
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isFree(String owner) {
        return taken < atOnce && ofOwners.getOrDefault(owner, 0) < perOwner;
    }
}
