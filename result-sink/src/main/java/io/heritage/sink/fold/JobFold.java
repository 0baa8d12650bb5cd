package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.sink.config.SinkConfig;
import io.heritage.transport.kafka.Topics;
import java.time.Clock;
import java.util.Collection;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/** What the fold works with; makes the processor of each partition. */
public record JobFold(
        SinkConfig config,
        Collection<EndpointId> endpoints,
        JobRules rules,
        QueueStarts queues,
        Waiters waiters,
        WebhookCall webhooks,
        FoldPulse pulse,
        FoldProgress progress,
        Clock clock)
        implements ProcessorSupplier<String, Fact, String, Outgoing> {

    @Override
    public Processor<String, Fact, String, Outgoing> get() {
        return new JobProcessor(
                rules,
                new LostFromQueue(queues, Topics.jobs(endpoints), config.lostAfter()),
                waiters,
                webhooks,
                config.webhookPauses(),
                pulse,
                progress,
                clock);
    }
}
