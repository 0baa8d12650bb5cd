package io.heritage.sink.fold;

import io.heritage.observe.trace.Traces;
import io.heritage.sink.config.SinkConfig;
import java.time.Clock;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/**
 * What the fold works with; makes the processor of each partition.
 *
 * @param laneShards of each lane, which jobs are put back into
 */
public record JobFold(
        SinkConfig config,
        int laneShards,
        JobRules rules,
        QueueStarts queues,
        Waiters waiters,
        WebhookCall webhooks,
        WebhookResends resends,
        FoldPulse pulse,
        FoldProgress progress,
        QueueOrder order,
        FoldMeters meters,
        Traces traces,
        Clock clock)
        implements ProcessorSupplier<String, Fact, String, Outgoing> {

    @Override
    public Processor<String, Fact, String, Outgoing> get() {
        return new TracedFold(
                traces,
                new JobProcessor(
                        rules,
                        new LostFromQueue(queues, config.lostAfter()),
                        laneShards,
                        waiters,
                        states ->
                                new WebhookCalls(
                                        states,
                                        webhooks,
                                        resends,
                                        config.webhookPauses(),
                                        meters,
                                        clock),
                        pulse,
                        progress,
                        order,
                        meters,
                        clock));
    }
}
