package io.heritage.processor.job;

import io.heritage.observe.trace.TraceScope;
import io.heritage.observe.trace.TraceSpan;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.Job;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.kafka.Topics;
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
    private @Nullable String error;

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
        begun.messaging("process", "process", claim.topic());
        begun.partition(Topics.JOBS_PARTITION);
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

    void uses(String model) {
        if (span != null) {
            span.put("heritage.model", model);
        }
    }

    void in(String next) {
        endStage();
        if (span != null) {
            stage = traces.within(span, next);
        }
    }

    /** Sets the error of the end that follows. */
    void failedBy(String kind) {
        error = kind;
    }

    /** Only the first end counts. */
    void ended(String outcome) {
        endStage();
        if (span != null) {
            span.put("heritage.outcome", outcome);
            if (!FINE.contains(outcome)) {
                span.failed(error == null ? outcome : error);
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
