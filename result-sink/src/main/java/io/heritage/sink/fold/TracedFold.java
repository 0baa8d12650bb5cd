package io.heritage.sink.fold;

import io.heritage.observe.trace.TraceContext;
import io.heritage.observe.trace.TraceSpan;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.JobEvent;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The fold, with a span for each folded end of an attempt, as a child of the attempt's span. Events
 * that are folded again after a crash give another span. A stream thread.
 */
final class TracedFold implements Processor<String, Fact, String, Outgoing> {
    private final Traces traces;
    private final Processor<String, Fact, String, Outgoing> fold;
    private @Nullable ProcessorContext<String, Outgoing> context;

    TracedFold(Traces traces, Processor<String, Fact, String, Outgoing> fold) {
        this.traces = traces;
        this.fold = fold;
    }

    @Override
    public void init(ProcessorContext<String, Outgoing> given) {
        context = given;
        fold.init(given);
    }

    @Override
    public void process(Record<String, Fact> record) {
        Header trace = record.headers().lastHeader(TraceContext.HEADER);
        if (trace == null
                || trace.value() == null
                || !(record.value() instanceof Fact.Happened happened)
                || !endsAnAttempt(happened.event())) {
            fold.process(record);
            return;
        }
        TraceSpan span =
                traces.goOn(
                        TraceSpan.Kind.CONSUMER,
                        "fold",
                        new String(trace.value(), StandardCharsets.US_ASCII));
        describe(span);
        span.put("messaging.message.id", happened.event().jobId().value());
        span.put("heritage.job", happened.event().jobId().value());
        try (var _ = span.enter()) {
            fold.process(record);
        } finally {
            span.end();
        }
    }

    private void describe(TraceSpan span) {
        Optional.ofNullable(context)
                .flatMap(ProcessorContext::recordMetadata)
                .ifPresent(read -> {
                    span.messaging("process", "fold", read.topic());
                    span.partition(read.partition());
                });
    }

    private static boolean endsAnAttempt(JobEvent event) {
        return event instanceof JobEvent.Completed
                || event instanceof JobEvent.Failed
                || event instanceof JobEvent.Divided
                || event instanceof JobEvent.HandedBack;
    }

    @Override
    public void close() {
        fold.close();
    }
}
