package io.heritage.models.seedvr2;

import io.heritage.models.Cancellation;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets chunks out in the order of the video, whichever device is done first, and hands the frames
 * that a chunk held back to the next. Any thread.
 */
final class ChunkOrder implements AutoCloseable {
    private static final long ASK_MILLIS = 50;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private int turn;
    private @Nullable HeldFrames held;

    /** Whether all chunks before this one are out. */
    boolean isTurnOf(int index) {
        lock.lock();
        try {
            return turn == index;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all chunks before this one are out. */
    void awaitTurnOf(int index, Cancellation cancellation) {
        lock.lock();
        try {
            while (turn != index) {
                cancellation.checkpoint();
                advanced.await(ASK_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            throw SharedStop.interrupted();
        } finally {
            lock.unlock();
        }
    }

    /** What the chunk before held back, for the one whose turn it is; the caller closes it. */
    @Nullable HeldFrames takeHeld() {
        lock.lock();
        try {
            HeldFrames taken = held;
            held = null;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** The chunk whose turn it is is out. */
    void next(@Nullable HeldFrames forNext) {
        lock.lock();
        try {
            held = forNext;
            turn++;
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        try (var _ = takeHeld()) {
            // Nobody takes it any more.
        }
    }
}
