package io.heritage.sink;

import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.fold.WebhookCall;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Notes who was to be called and answers at once what was laid out for it. */
public final class FakeWebhooks implements WebhookCall {
    public final List<TrackedJob> called = new ArrayList<>();
    public final Deque<Result> answers = new ArrayDeque<>();
    public boolean busy;

    @Override
    public Duration begin(TrackedJob job, Consumer<Result> done) {
        if (busy) {
            return Duration.ZERO;
        }
        called.add(job);
        Result answer = answers.poll();
        if (answer != null) {
            done.accept(answer);
        }
        return Duration.ofSeconds(20);
    }
}
