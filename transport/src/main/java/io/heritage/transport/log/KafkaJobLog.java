package io.heritage.transport.log;

import io.heritage.schemas.Job;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.Topics;

/** Jobs into the topics of their endpoint and lane. */
public final class KafkaJobLog implements JobLog {
    private final RecordProducer producer;

    public KafkaJobLog(RecordProducer producer) {
        this.producer = producer;
    }

    @Override
    public void submit(Job job) {
        producer.sendAndWait(Topics.jobs(job), job.id().value(), Wire.encode(job));
    }
}
