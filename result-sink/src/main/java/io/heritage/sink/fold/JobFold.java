package io.heritage.sink.fold;

import io.heritage.observe.trace.Traces;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.queue.QueueOrder;
import io.heritage.sink.queue.Turns;
import java.time.Clock;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/**
 * Dependencies of the fold; makes the processor of each partition.
 *
 * @param laneShards of each lane that jobs are queued in again
 * @param lanesShared whether jobs that the fold queues wait for their owner's turn
 */
public record JobFold(
        SinkConfig config,
        int laneShards,
        boolean lanesShared,
        JobRules rules,
        QueueStarts queues,
        Waiters waiters,
        WebhookCall webhooks,
        WebhookResends resends,
        FoldPulse pulse,
        FoldProgress progress,
        QueueOrder order,
        Turns turns,
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
                        lanesShared,
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
                        turns,
                        meters,
                        clock));
    }
}
