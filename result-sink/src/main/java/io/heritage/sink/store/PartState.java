package io.heritage.sink.store;

import io.heritage.schemas.PartNews;
import org.jspecify.annotations.Nullable;

/**
 * The state of one part of a divided job, as the parent knows it.
 *
 * @param latest null before the first news
 * @param framesDone the highest count so far: a part that is run again does not reduce the progress
 * @param failures ends in failure so far
 * @param attempts begun before the last of them, which tell it from those before; -1 if there was
 *     none
 */
public record PartState(@Nullable PartNews latest, long framesDone, int failures, int attempts) {
    public static final PartState UNHEARD = new PartState(null, 0, 0, -1);

    /**
     * News read a second time change nothing, and what is done stays done.
     *
     * @param frames of the part
     */
    public PartState after(PartNews news, long frames) {
        return switch (news) {
            case PartNews _ when isDone() -> this;
            case PartNews.Unfinished unfinished ->
                    new PartState(
                            news,
                            Math.max(framesDone, Math.min(frames, unfinished.framesDone())),
                            failures,
                            attempts);
            case PartNews.Done _ -> new PartState(news, frames, failures, attempts);
            case PartNews.Failed failed ->
                    new PartState(
                            news,
                            framesDone,
                            failed.attempts() > attempts ? failures + 1 : failures,
                            Math.max(failed.attempts(), attempts));
            case PartNews.Stopped _ -> new PartState(news, framesDone, failures, attempts);
        };
    }

    private boolean isDone() {
        return latest instanceof PartNews.Done;
    }
}
