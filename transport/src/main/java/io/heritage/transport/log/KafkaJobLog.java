package io.heritage.transport.log;

import io.heritage.schemas.Job;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.Topics;
import java.util.function.ToIntFunction;

/** Jobs into the topics of their endpoint and lane. */
public final class KafkaJobLog implements JobLog {
    private final RecordProducer producer;
    private final ToIntFunction<Job> shard;

    /**
     * @param shard of its lane that a job goes to
     */
    public KafkaJobLog(RecordProducer producer, ToIntFunction<Job> shard) {
        this.producer = producer;
        this.shard = shard;
    }

    @Override
    public void submit(Job job) {
        String topic = Topics.jobs(job, shard.applyAsInt(job));
        producer.sendAndWait(topic, job.id().value(), Wire.encode(job));
    }
}
