package io.heritage.transport;

import io.heritage.schemas.Job;
import io.heritage.schemas.Wire;

/** Jobs into the topics of their endpoint and lane. */
final class KafkaJobLog implements JobLog {
    private final RecordProducer producer;

    KafkaJobLog(RecordProducer producer) {
        this.producer = producer;
    }

    @Override
    public void submit(Job job) {
        producer.sendAndWait(Topics.jobs(job), job.id().value(), Wire.encode(job));
    }
}
