package io.heritage.models.seedvr2;

import io.heritage.models.Cancellation;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Releases chunks in the order of the video, whichever device finishes first, and hands the frames
 * that a chunk holds back to the next one. Any thread.
 */
final class ChunkOrder implements AutoCloseable {
    private static final long ASK_MILLIS = 50;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private int turn;
    private @Nullable HeldFrames held;

    /** Whether all chunks before this one are finished. */
    boolean isTurnOf(int index) {
        lock.lock();
        try {
            return turn == index;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all chunks before this one are finished. */
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

    /** Frames that the previous chunk held back, for the current one; the caller closes them. */
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

    /** Ends the current chunk's turn. */
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
            // frames that were held back but not taken
        }
    }
}
