package io.heritage.standalone.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;

/** Shows a user the progress of a piece of work. Called often and by one thread at a time. */
public final class ProgressView implements AutoCloseable {
    private final Renderer renderer;
    private final InstantSource clock;
    private final TimeLeft timeLeft = new TimeLeft();
    private final Instant begun;
    private ProgressSubject work;
    private boolean ended;

    /**
     * @param err takes the display
     */
    public ProgressView(
            ProgressMode mode,
            Screen screen,
            ProgressSubject work,
            PrintStream err,
            InstantSource clock) {
        this.renderer = Renderer.of(mode, screen, err);
        this.work = work;
        this.clock = clock;
        this.begun = clock.instant();
    }

    /** Notes that the work is now a job of a server. */
    public void isJob(String id) {
        work = work.asJob(id);
    }

    /**
     * Sets the unit that is counted.
     *
     * @param unit such as {@code jobs}
     */
    public void countsIn(String unit) {
        work = work.countedIn(unit);
    }

    /**
     * @param total 0 as long as it is unknown
     */
    public void report(String stage, long done, long total) {
        Instant now = clock.instant();
        Optional<Duration> left = timeLeft.after(stage, done, total, now);
        renderer.show(
                new ProgressEvent.Step(work, stage, done, total, timeLeft.perSecond(now), left),
                now);
    }

    /**
     * The job waits for a worker.
     *
     * @param ahead jobs before it
     * @param likelyWait half of the jobs wait no longer
     * @param longWait nine of ten wait no longer
     */
    public void queued(
            OptionalLong ahead, Optional<Duration> likelyWait, Optional<Duration> longWait) {
        renderer.show(new ProgressEvent.Queued(work, ahead, likelyWait, longWait), clock.instant());
    }

    /** Prints a separate line that is not about progress. */
    public void note(String text) {
        renderer.show(new ProgressEvent.Note(text), clock.instant());
    }

    /**
     * Ends the work, whose result is in its place.
     *
     * @param status of a job: {@code COMPLETED}, {@code FAILED}, {@code CANCELLED}, {@code
     *     TIMED_OUT}
     */
    public void end(String status) {
        if (!ended) {
            ended = true;
            Instant now = clock.instant();
            renderer.show(new ProgressEvent.End(work, status, Duration.between(begun, now)), now);
        }
    }

    /** Ends the display; without a preceding {@link #end} the work counts as stopped. */
    @Override
    public void close() {
        end("STOPPED");
    }
}
