package io.heritage.transport.log;

import io.heritage.schemas.Job;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.Topics;
import java.util.function.ToIntFunction;

/** Writes jobs into the topic of their endpoint and lane. */
public final class KafkaJobLog implements JobLog {
    private final RecordProducer producer;
    private final ToIntFunction<Job> shard;
    private final boolean lanesShared;

    /**
     * @param shard of its lane that a job goes to
     * @param lanesShared whether there are topics for jobs that wait for their owner's turn
     */
    public KafkaJobLog(RecordProducer producer, ToIntFunction<Job> shard, boolean lanesShared) {
        this.producer = producer;
        this.shard = shard;
        this.lanesShared = lanesShared;
    }

    @Override
    public void submit(Job job) {
        submit(job, Topics.jobs(job, shard.applyAsInt(job)));
    }

    @Override
    public void submitWaiting(Job job) {
        submit(job, Topics.waiting(job));
    }

    @Override
    public boolean areLanesShared() {
        return lanesShared;
    }

    /** The record's span is a child of the request's, and the parent of the attempts' spans. */
    private void submit(Job job, String topic) {
        producer.sendTraced(
                        topic,
                        job.id().value(),
                        job.traceparent(),
                        trace -> Wire.encode(trace == null ? job : job.tracedAs(trace)))
                .await();
    }
}
