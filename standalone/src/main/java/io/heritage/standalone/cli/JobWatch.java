package io.heritage.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.ServerRefused;
import io.heritage.standalone.client.ServerUnreachable;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Follows a job by the events of its server, over breaks of the line. */
final class JobWatch {
    private static final Set<String> LIVING = Set.of("IN_QUEUE", "IN_PROGRESS");
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** A server that was restarted is back by then. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final EndpointClient endpoint;
    private final String id;
    private final ProgressView view;

    JobWatch(EndpointClient endpoint, String id, ProgressView view) {
        this.endpoint = endpoint;
        this.id = id;
        this.view = view;
    }

    /**
     * @param known of the job so far
     * @throws ServerUnreachable if the server is away for longer than two minutes
     */
    ServerJobs.Found untilItEnds(JsonNode known) throws IOException, InterruptedException {
        JsonNode details = known;
        Instant heard = Instant.now();
        while (isLiving(details)) {
            show(details);
            try {
                endpoint.follow(id, this::event);
                details = endpoint.job(id);
                heard = Instant.now();
            } catch (ServerUnreachable | ServerRefused away) {
                giveUpAfter(heard, away);
            }
            if (isLiving(details)) {
                Thread.sleep(PAUSE);
            }
        }
        view.end(details.path("status").asText());
        return new ServerJobs.Found(endpoint, details);
    }

    private void giveUpAfter(Instant heard, IOException away) throws IOException {
        boolean passing = !(away instanceof ServerRefused refused) || refused.status() >= 500;
        if (!passing || heard.plus(PATIENCE).isBefore(Instant.now())) {
            throw away;
        }
        view.note(away.getMessage() + "; trying again");
    }

    private void event(JsonNode event) {
        if (event.path("type").asText().equals("job")) {
            show(event);
        }
    }

    private void show(JsonNode job) {
        switch (job.path("status").asText()) {
            case "IN_QUEUE" -> JobProgress.showQueued(job.path("outlook"), view);
            case "IN_PROGRESS" -> JobProgress.show(job.path("progress"), 0, view);
            default -> {}
        }
    }

    private static boolean isLiving(JsonNode job) {
        return LIVING.contains(job.path("status").asText());
    }
}
