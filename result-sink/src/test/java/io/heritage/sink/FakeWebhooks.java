package io.heritage.sink;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Notes who was to be called and answers at once what was laid out for it. */
final class FakeWebhooks implements WebhookCall {
    final List<TrackedJob> called = new ArrayList<>();
    final Deque<Result> answers = new ArrayDeque<>();
    boolean busy;

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
