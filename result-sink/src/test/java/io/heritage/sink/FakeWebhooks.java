package io.heritage.sink;

import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.fold.WebhookCall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Notes who was to be called and answers at once what was laid out for it. */
public final class FakeWebhooks implements WebhookCall {
    public final List<TrackedJob> called = new ArrayList<>();
    public final Deque<Result> answers = new ArrayDeque<>();
    public Predicate<TrackedJob> busy = _ -> false;

    @Override
    public boolean begin(TrackedJob job, Consumer<Result> done) {
        if (busy.test(job)) {
            return false;
        }
        called.add(job);
        Result answer = answers.poll();
        if (answer != null) {
            done.accept(answer);
        }
        return true;
    }
}
