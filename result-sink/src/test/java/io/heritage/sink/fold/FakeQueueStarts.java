package io.heritage.sink.fold;

import io.heritage.sink.Samples;
import io.heritage.transport.kafka.Topics;
import java.util.Collection;
import java.util.List;

/** Says what was laid out for it, of every queue. */
final class FakeQueueStarts implements QueueStarts {
    volatile long start;

    @Override
    public Collection<String> topics() {
        return Topics.jobs(List.of(Samples.ENDPOINT));
    }

    @Override
    public long startOf(String jobsTopic) {
        return start;
    }
}
