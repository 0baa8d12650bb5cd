package io.heritage.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.schemas.JobState.Execution;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A job as clients see it, field by field: the job object and the body of webhooks
 * (docs/spec/runpod.md, sections 1.9 and 4). Absent fields are left out, times are whole
 * milliseconds, keys are sorted. Gateway and sink both use it, so their replies agree.
 */
public final class ReplyFields {

    /** Form of an output's media. */
    public interface OutputForm {
        /** For outputs without media. */
        OutputForm WITHOUT_MEDIA =
                new OutputForm() {
                    @Override
                    public Payload shown(Payload output) {
                        return output;
                    }

                    @Override
                    public String listedAt() {
                        return "";
                    }
                };

        /** The output to write. */
        Payload shown(Payload output);

        /** URL of a list of them. */
        String listedAt();
    }

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final String IN_PROGRESS = "IN_PROGRESS";

    private final JobRecord record;
    private final Job job;
    private final OutputForm form;
    private final Map<String, Payload> fields = new TreeMap<>();

    /**
     * @throws NullPointerException if the job's submission is not known
     */
    private ReplyFields(JobRecord record, OutputForm form) {
        this.record = record;
        this.job = Objects.requireNonNull(record.job());
        this.form = form;
    }

    /**
     * Answer to {@code /status} and the like, in the shape the job asked for.
     *
     * @param form of the output in an envelope
     */
    public static Map<String, Payload> status(JobRecord record, Instant now, OutputForm form) {
        var reply = new ReplyFields(record, form);
        ReplyShape shape = reply.job.reply();
        Optional<Payload> spread =
                reply.output()
                        .filter(_ ->
                                reply.isSpread() && record.state() instanceof JobState.Completed)
                        .filter(output -> output.body().isObject());
        if (spread.isEmpty() || shape == ReplyShape.BOTH) {
            reply.envelope(now);
        }
        spread.ifPresent(reply::spread);
        return reply.fields;
    }

    /**
     * Answer to {@code /stream} (docs/spec/runpod.md, section 1.7) but for its parts, whatever the
     * shape the job asked for.
     *
     * @param more whether parts remain for the next answer; until then clients, some of which stop
     *     reading at the first terminal status, are told that the job goes on
     */
    public static Map<String, Payload> stream(JobRecord record, boolean more) {
        var reply = new ReplyFields(record, OutputForm.WITHOUT_MEDIA);
        boolean ended = record.state().isTerminal();
        reply.put("id", record.id().value());
        reply.put("status", ended && more ? IN_PROGRESS : record.state().status());
        if (!(record.state() instanceof JobState.Queued)) {
            record.delay().ifPresent(d -> reply.put("delayTime", d.toMillis()));
        }
        reply.put("error", more ? null : reply.error());
        if (record.retries() > 0) {
            reply.put("retries", record.retries());
        }
        return reply.fields;
    }

    /**
     * Always an envelope, with the input and without the worker, as RunPod's was captured.
     *
     * @param form of the output
     */
    public static Map<String, Payload> webhook(JobRecord record, Instant now, OutputForm form) {
        var reply = new ReplyFields(record, form);
        reply.envelope(now);
        reply.fields.remove("workerId");
        reply.fields.put("input", reply.job.input());
        reply.put("webhook", reply.job.webhook());
        return reply.fields;
    }

    private void envelope(Instant now) {
        put("id", record.id().value());
        put("status", record.state().status());
        if (!(record.state() instanceof JobState.Queued)) {
            record.delay().ifPresent(d -> put("delayTime", d.toMillis()));
            executionTime(now);
            Execution last = record.state().lastExecution();
            put("workerId", last == null ? null : last.worker().value());
            rejectedAtTheGateway();
        }
        output().ifPresent(output -> {
            fields.put("output", form.shown(output));
            put("outputs_url", output.media().isEmpty() ? null : form.listedAt());
        });
        put("error", error());
        if (record.retries() > 0) {
            put("retries", record.retries());
        }
    }

    /** While it runs only beside a progress value. */
    private void executionTime(Instant now) {
        boolean shown = !(record.state() instanceof JobState.Running r) || r.progress() != null;
        if (shown) {
            record.execution(now).ifPresent(d -> put("executionTime", d.toMillis()));
        }
    }

    /** A failed job always has times and a worker, which some clients demand (Flash). */
    private void rejectedAtTheGateway() {
        if (record.state() instanceof JobState.Failed f && f.lastExecution() == null) {
            long waited = Duration.between(job.submittedAt(), f.at()).toMillis();
            put("delayTime", Math.max(0, waited));
            put("executionTime", 0);
            put("workerId", "gateway");
        }
    }

    /** A batch's list of jobs is not an output of the endpoint. */
    private boolean isSpread() {
        return switch (job.reply()) {
            case FLAT, BOTH -> !job.isBatch();
            case ENVELOPE, ONCE, LINKS -> false;
        };
    }

    private Optional<Payload> output() {
        return switch (record.state()) {
            case JobState.Completed c when c.output().body().isMissingNode() -> Optional.empty();
            case JobState.Completed c -> Optional.of(c.output());
            case JobState.Running r -> Optional.ofNullable(r.progress()).map(Payload::ofJson);
            case JobState.Failed f -> Optional.ofNullable(f.told()).map(Payload::ofJson);
            case JobState.TimedOut _ -> Optional.of(Payload.ofJson(ErrorCode.EXPIRED.output()));
            case JobState.Queued _, JobState.Cancelled _ -> Optional.empty();
        };
    }

    private @Nullable String error() {
        return switch (record.state()) {
            case JobState.Failed f -> f.error();
            case JobState.TimedOut t -> t.error();
            case JobState.Queued _,
                    JobState.Running _,
                    JobState.Completed _,
                    JobState.Cancelled _ ->
                    null;
        };
    }

    /** The output's own fields at the top; the envelope's come first where names are the same. */
    private void spread(Payload output) {
        List<MediaRef> media = output.media();
        for (Map.Entry<String, JsonNode> field : output.body().properties()) {
            fields.putIfAbsent(field.getKey(), new Payload(field.getValue(), media));
        }
    }

    private void put(String key, @Nullable String value) {
        if (value != null) {
            fields.put(key, Payload.ofJson(JSON.textNode(value)));
        }
    }

    private void put(String key, long value) {
        fields.put(key, Payload.ofJson(JSON.numberNode(value)));
    }
}
