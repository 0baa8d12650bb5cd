package io.heritage.sink.http;

import io.heritage.schemas.JobId;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets one {@code /stream} request of a job at a time be given its parts, so that no part is given
 * to two. Any thread.
 */
final class StreamTurns {
    private final ConcurrentMap<JobId, JobTurns> places = new ConcurrentHashMap<>();

    /** Queue of requests for one job; removed with the last of them. */
    private static final class JobTurns {
        private final Semaphore turn = new Semaphore(1, true);
        private int requests; // guarded by the map's entry
    }

    /** The caller closes the turn; {@link Turn#isMine()} tells whether it came within the time. */
    Turn take(JobId job, Duration atMost) throws InterruptedException {
        JobTurns place =
                places.compute(
                        job,
                        (_, present) -> {
                            JobTurns joined = present == null ? new JobTurns() : present;
                            joined.requests++;
                            return joined;
                        });
        try {
            return new Turn(
                    job, place, place.turn.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            leave(job);
            throw e;
        }
    }

    private void leave(JobId job) {
        places.computeIfPresent(job, (_, place) -> --place.requests == 0 ? null : place);
    }

    final class Turn implements AutoCloseable {
        private final JobId job;
        private final JobTurns place;
        private final boolean mine;

        private Turn(JobId job, JobTurns place, boolean mine) {
            this.job = job;
            this.place = place;
            this.mine = mine;
        }

        boolean isMine() {
            return mine;
        }

        @Override
        public void close() {
            if (mine) {
                place.turn.release();
            }
            leave(job);
        }
    }
}
