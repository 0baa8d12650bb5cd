package io.heritage.gateway.limit;

import io.heritage.gateway.error.HttpFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Turns to store media. A free turn goes to the waiting owner that holds the fewest; requests of
 * one owner are served in order. Any thread.
 */
public final class UploadTurns {
    private final int limit;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final OwnerShares shares;
    private final List<WaitingUpload> waiting = new ArrayList<>();

    /**
     * @param severalOwners whether one owner must leave something to others
     */
    public UploadTurns(int limit, Duration patience, BooleanSupplier severalOwners) {
        this.limit = limit;
        this.patience = patience;
        this.shares = new OwnerShares(limit, severalOwners);
    }

    private static final class WaitingUpload {
        final String owner;
        final Condition called;
        boolean served;

        WaitingUpload(String owner, Condition called) {
            this.owner = owner;
            this.called = called;
        }
    }

    /**
     * Waits for a turn.
     *
     * @return ends the turn; the caller runs it once
     * @throws HttpFailure 429 if the owner had its share in use all the time, 503 if all turns were
     */
    public Runnable take(String owner) {
        lock.lock();
        try {
            var mine = new WaitingUpload(owner, lock.newCondition());
            waiting.add(mine);
            serve();
            long left = patience.toNanos();
            while (!mine.served && left > 0) {
                left = mine.called.awaitNanos(left);
            }
            if (!mine.served) {
                waiting.remove(mine);
                throw refusal(owner);
            }
            return () -> end(owner);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HttpFailure.unavailable("the gateway is closing, try again");
        } finally {
            lock.unlock();
        }
    }

    private void end(String owner) {
        lock.lock();
        try {
            shares.giveBack(owner, 1);
            serve();
        } finally {
            lock.unlock();
        }
    }

    private void serve() {
        while (shares.fits(1)) {
            Optional<WaitingUpload> next =
                    waiting.stream()
                            .filter(w -> shares.fits(w.owner, 1))
                            .min(Comparator.comparingLong(w -> shares.usedBy(w.owner)));
            if (next.isEmpty()) {
                return;
            }
            waiting.remove(next.get());
            shares.take(next.get().owner, 1);
            next.get().served = true;
            next.get().called.signal();
        }
    }

    private HttpFailure refusal(String owner) {
        return shares.fits(owner, 1)
                ? HttpFailure.unavailable(
                        "%d uploads are under way, the limit of this gateway, and none ended within %d s; try again"
                                .formatted(limit, patience.toSeconds()))
                : HttpFailure.tooMany(
                        "%d uploads of this key are under way, its share, and none ended within %d s; send fewer at a time"
                                .formatted(shares.usedBy(owner), patience.toSeconds()));
    }

    /** Number of turns in use, for tests. */
    public int underWay() {
        lock.lock();
        try {
            return (int) shares.used();
        } finally {
            lock.unlock();
        }
    }
}
