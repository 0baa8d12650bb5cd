package io.heritage.observe;

import java.util.List;

/**
 * Every metric. Labels never hold an id of a job or of a caller, because each would be a series.
 */
public enum Metric {
    JOBS(
            Kind.COUNTER,
            "heritage.jobs",
            Part.SINK,
            "jobs that ended, by the status that clients see",
            "endpoint",
            "lane",
            "status"),
    JOB_RETRIES(
            Kind.COUNTER,
            "heritage.job.retries",
            Part.SINK,
            "attempts after the first of a job",
            "endpoint"),
    JOBS_REQUEUED(
            Kind.COUNTER,
            "heritage.jobs.requeued",
            Part.SINK,
            "jobs back in their queue: handed_back, abandoned (its worker is silent), dropped",
            "endpoint",
            "reason"),
    JOBS_DUPLICATE_TERMINAL(
            Kind.COUNTER,
            "heritage.jobs.duplicate.terminal",
            Part.SINK,
            "terminal events of a job that had already ended; they change nothing",
            "endpoint"),
    JOB_DELAY(
            Kind.TIMER,
            "heritage.job.delay",
            Part.SINK,
            "from submission to the start of the last attempt (delayTime)",
            "endpoint",
            "lane"),
    JOB_EXECUTION(
            Kind.TIMER,
            "heritage.job.execution",
            Part.SINK,
            "from the start of the last attempt to the end (executionTime)",
            "endpoint",
            "lane"),
    QUEUE_JOBS(
            Kind.GAUGE,
            "heritage.queue.jobs",
            Part.SINK,
            "jobs of this sink's partitions, in_queue or in_progress; sum over lanes and sinks"
                    + " for all",
            "endpoint",
            "lane",
            "state"),
    QUEUE_OLDEST(
            Kind.GAUGE,
            "heritage.queue.oldest.seconds",
            Part.SINK,
            "how long the job at the head of the lane has waited; the largest over sinks counts",
            "endpoint",
            "lane"),
    QUEUE_ETA(
            Kind.GAUGE,
            "heritage.queue.eta.seconds",
            Part.SINK,
            "estimated time until the current workers finish this sink's waiting jobs; sum over"
                    + " sinks for all",
            "endpoint"),
    QUEUE_TURNS(
            Kind.GAUGE,
            "heritage.queue.turns",
            Part.SINK,
            "jobs of this sink's partitions that wait for their owner's turn in a shared lane;"
                    + " sum over sinks for all",
            "topic"),
    SHARE_LAG(
            Kind.GAUGE,
            "heritage.share.lag",
            Part.SINK,
            "records of a lane that its share group has not finished: waiting or with a worker;"
                    + " every sink reports the same",
            "topic"),
    SHARE_WINDOW_USED(
            Kind.GAUGE,
            "heritage.share.window.used",
            Part.SINK,
            "records that take up the lock window behind the oldest unfinished one; every sink"
                    + " reports the same",
            "topic"),
    SHARE_WINDOW_LIMIT(
            Kind.GAUGE,
            "heritage.share.window.limit",
            Part.SINK,
            "records that fit into the lock window; when it is full, the lane stops",
            "topic"),
    SCALER_FLEX(
            Kind.GAUGE,
            "heritage.scaler.flex",
            Part.SINK,
            "flex workers that were last reported to the scaler; NaN if it has not asked this sink for"
                    + " a minute",
            "endpoint"),
    SCALER_ACTIVE(
            Kind.GAUGE,
            "heritage.scaler.active",
            Part.SINK,
            "workers that always run, as last reported by the scaler; flex workers are beyond these;"
                    + " NaN as above",
            "endpoint"),
    WORKERS(
            Kind.GAUGE,
            "heritage.workers",
            Part.SINK,
            "workers as /health counts them, where ready means idle too; every sink reports the same",
            "endpoint",
            "state"),
    WEBHOOK(
            Kind.COUNTER,
            "heritage.webhook",
            Part.SINK,
            "calls of webhooks: delivered, pending (to be tried again), given_up",
            "outcome"),
    SINK_WAITING(
            Kind.GAUGE, "heritage.sink.waiting", Part.SINK, "requests that wait for news of a job"),
    SINK_BAD_RECORDS(
            Kind.GAUGE,
            "heritage.sink.bad.records",
            Part.SINK,
            "records since the start that could not be read, folded or written"),
    HTTP_REQUESTS(
            Kind.TIMER,
            "heritage.http.requests",
            Part.GATEWAY,
            "client requests, including the wait for the answer, by operation and status",
            "operation",
            "status"),
    HTTP_BODY_BYTES(
            Kind.COUNTER,
            "heritage.http.body.bytes",
            Part.GATEWAY,
            "bytes of request bodies",
            "operation"),
    MEDIA_BYTES(
            Kind.COUNTER,
            "heritage.media.bytes",
            Part.EVERY,
            "bytes of media written to and read from kafka, the bucket, or both",
            "direction",
            "store",
            "topic"),
    MEDIA_ERRORS(
            Kind.COUNTER,
            "heritage.media.errors",
            Part.EVERY,
            "media that were lost, did not fit or could not be written",
            "reason"),
    ATTEMPTS(
            Kind.COUNTER,
            "heritage.attempts",
            Part.PROCESSOR,
            "attempts of this worker: completed, failed, skipped, or why it stopped",
            "endpoint",
            "outcome"),
    STAGE(
            Kind.TIMER,
            "heritage.stage",
            Part.PROCESSOR,
            "time in one stage of an attempt, with the model that its job asks for, or none",
            "endpoint",
            "model",
            "stage"),
    COLD_START(
            Kind.TIMER,
            "heritage.worker.cold.start",
            Part.PROCESSOR,
            "process, then load until jobs are taken; of load: libtorch, and models (read and copied)",
            "phase"),
    GPU_MEMORY(
            Kind.GAUGE,
            "heritage.gpu.memory.bytes",
            Part.PROCESSOR,
            "memory of the device, total and used; 0 on a CPU",
            "device",
            "kind"),
    OOM_FALLBACKS(
            Kind.COUNTER,
            "heritage.oom.fallbacks",
            Part.PROCESSOR,
            "times that a device was out of memory and this step made room",
            "endpoint",
            "step"),
    DELIVERIES(
            Kind.COUNTER,
            "heritage.deliveries",
            Part.PROCESSOR,
            "jobs that Kafka handed to this worker; n is 1 where a record was delivered first",
            "n"),
    LOCK_RENEWALS(
            Kind.COUNTER,
            "heritage.lock.renewals",
            Part.PROCESSOR,
            "claims of jobs that were to be renewed: renewed, failed",
            "outcome"),
    MODEL_RESIDENT(
            Kind.GAUGE,
            "heritage.model.resident",
            Part.PROCESSOR,
            "1 for each model in memory",
            "model");

    /** Type of a metric. */
    public enum Kind {
        COUNTER,
        GAUGE,
        /** Seconds, as a histogram with buckets from 0.05 to 1,800. */
        TIMER
    }

    /** The part that has it; {@code up} has all. */
    public enum Part {
        GATEWAY,
        PROCESSOR,
        SINK,
        EVERY
    }

    private final Kind kind;
    private final String id;
    private final Part part;
    private final String meaning;

    /** Names separated by commas, because an enum must hold no mutable values. */
    private final String labels;

    Metric(Kind kind, String id, Part part, String meaning, String... labels) {
        this.kind = kind;
        this.id = id;
        this.part = part;
        this.meaning = meaning;
        this.labels = String.join(",", labels);
    }

    public Kind kind() {
        return kind;
    }

    public Part part() {
        return part;
    }

    public String meaning() {
        return meaning;
    }

    public List<String> labels() {
        return labels.isEmpty() ? List.of() : List.of(labels.split(",", -1));
    }

    /** Name in Micrometer. */
    String id() {
        return id;
    }

    /** Name on the page, without the endings of a histogram. */
    public String exposed() {
        String name = id.replace('.', '_');
        return switch (kind) {
            case COUNTER -> name + "_total";
            case TIMER -> name + "_seconds";
            case GAUGE -> name;
        };
    }

    /** Names of its series on the page, with the endings of a histogram. */
    public List<String> series() {
        return kind == Kind.TIMER
                ? List.of(
                        exposed() + "_bucket",
                        exposed() + "_count",
                        exposed() + "_sum",
                        exposed() + "_max")
                : List.of(exposed());
    }
}
