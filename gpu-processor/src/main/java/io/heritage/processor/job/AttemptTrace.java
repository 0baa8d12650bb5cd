package io.heritage.processor.job;

import io.heritage.observe.trace.TraceScope;
import io.heritage.observe.trace.TraceSpan;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.Job;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.queue.ClaimedJob;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One attempt as a span of its job's trace, with the wait before the first attempt and each stage.
 * Later attempts are spans of the same trace; an attempt whose process ends is in no trace. Device
 * thread only.
 */
public final class AttemptTrace {
    private static final Set<String> FINE = Set.of("completed", "divided", "handed_back");

    private final Traces traces;
    private final ClaimedJob claim;
    private final int number;
    private final WorkerId worker;
    private @Nullable TraceSpan span;
    private @Nullable TraceSpan stage;

    public AttemptTrace(Traces traces, ClaimedJob claim, int number, WorkerId worker) {
        this.traces = traces;
        this.claim = claim;
        this.number = number;
        this.worker = worker;
    }

    String endpoint() {
        return claim.job().endpoint().value();
    }

    TraceScope began(Instant at) {
        Job job = claim.job();
        if (number == 1) {
            traces.past("queue", job.traceparent(), job.submittedAt(), at);
        }
        TraceSpan begun =
                traces.begin(
                        TraceSpan.Kind.CONSUMER, "process " + claim.topic(), job.traceparent());
        begun.put("messaging.system", "kafka");
        begun.put("messaging.destination.name", claim.topic());
        begun.put("messaging.message.id", job.id().value());
        begun.put("heritage.endpoint", endpoint());
        begun.put("heritage.job", job.asked().value());
        begun.put("heritage.attempt", number);
        begun.put("heritage.worker", worker.value());
        if (job.part() != null) {
            begun.put("heritage.part", job.part().index());
        }
        span = begun;
        return begun.enter();
    }

    void in(String next) {
        endStage();
        if (span != null) {
            stage = traces.within(span, next);
        }
    }

    /** Only the first end counts. */
    void ended(String outcome) {
        endStage();
        if (span != null) {
            span.put("heritage.outcome", outcome);
            if (!FINE.contains(outcome)) {
                span.failed(outcome);
            }
            span.end();
            span = null;
        }
    }

    private void endStage() {
        if (stage != null) {
            stage.end();
            stage = null;
        }
    }
}
