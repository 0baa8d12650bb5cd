package io.heritage.sink.fold;

/** Says what was laid out for it, of every queue. */
final class FakeQueueStarts implements QueueStarts {
    volatile long start;

    @Override
    public long startOf(String jobsTopic) {
        return start;
    }
}
