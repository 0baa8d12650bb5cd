package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.RestorationJob;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * Files that become one batch at a server (docs/api.md, "batch"): each is stored there, then all
 * jobs are queued with one request, or none is.
 */
public final class RemoteBatch {
    /** The most jobs that a batch may have. */
    public static final int MOST_JOBS = 1000;

    private static final String TOTAL = "jobs_total";
    private static final List<String> ENDED =
            List.of("completed", "failed", "cancelled", "timed_out");

    private final EndpointClient client;
    private final ProgressView progress;
    private final Patience patience;

    public RemoteBatch(EndpointClient client, ProgressView progress) {
        this.client = client;
        this.progress = progress;
        this.patience = new Patience(progress::note);
    }

    /**
     * Submits the batch without waiting. A lost answer makes no second batch, because the request
     * has an idempotency key.
     *
     * @param jobs of which number n becomes {@link #member} n
     * @return id of the batch
     */
    public String submit(List<RestorationJob> jobs) throws IOException, InterruptedException {
        ArrayNode inputs = JsonNodeFactory.instance.arrayNode();
        for (RestorationJob job : jobs) {
            progress.report("send", inputs.size(), jobs.size());
            String stored = patience.ask(() -> client.store(job.media()));
            inputs.add(job.input().put("media", stored));
        }
        JsonNode request = JsonNodeFactory.instance.objectNode().set("inputs", inputs);
        String key = UUID.randomUUID().toString();
        String batch = patience.ask(() -> client.batch(request, key));
        progress.isJob(batch);
        progress.note(
                "batch %s of %d jobs, %s"
                        .formatted(batch, jobs.size(), client.url().consoleLink(batch)));
        return batch;
    }

    /** Id of a job of a batch, counted from 0. */
    public static String member(String batch, int index) {
        return batch + "-b" + index;
    }

    /**
     * Number of jobs of a batch.
     *
     * @param facts {@code progress} of a running batch, {@code output} of one that has ended
     * @return 0 if the job is no batch
     */
    static int size(JsonNode facts) {
        return facts.path(TOTAL).asInt();
    }

    /** Number of jobs that have ended. */
    static int ended(JsonNode facts) {
        return ENDED.stream().mapToInt(state -> facts.path(state).asInt()).sum();
    }
}
