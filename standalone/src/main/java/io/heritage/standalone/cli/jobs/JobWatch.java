package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.ServerRefused;
import io.heritage.standalone.client.ServerUnreachable;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * Follows a job by its server's events. If they break off, it reads the job and subscribes again; a
 * server without events is polled each second.
 */
final class JobWatch {
    private static final Set<String> LIVING = Set.of("IN_QUEUE", "IN_PROGRESS");
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Most attempts to get events that do not arrive, as behind a proxy that buffers them. */
    private static final int MOST_SILENT_TRIES = 2;

    /** Status of a server that does not know the operation. */
    private static final Set<Integer> NO_EVENTS = Set.of(404, 405, 406, 501);

    private static final Set<Integer> NO_KEY = Set.of(401, 403);

    private final EndpointClient endpoint;
    private final String id;
    private final ProgressView view;
    private final Patience patience;
    private boolean hasEvents = true;
    private boolean heardEvents;
    private int silentTries;

    JobWatch(EndpointClient endpoint, String id, ProgressView view) {
        this.endpoint = endpoint;
        this.id = id;
        this.view = view;
        this.patience = new Patience(view::note);
    }

    static boolean isLiving(String status) {
        return LIVING.contains(status);
    }

    /**
     * @param known of the job so far
     * @throws ServerUnreachable if the server is away for longer than two minutes
     */
    ServerJobs.Found untilItEnds(JsonNode known) throws IOException, InterruptedException {
        JsonNode details = known;
        while (isLiving(details)) {
            show(details);
            if (hasEvents) {
                listen();
            }
            details = patience.ask(() -> endpoint.job(id));
            if (isLiving(details)) {
                Thread.sleep(PAUSE);
            }
        }
        view.end(details.path("status").asText());
        return new ServerJobs.Found(endpoint, details);
    }

    /** Follows events until they end or break off; the job is read afterwards. */
    private void listen() throws IOException, InterruptedException {
        heardEvents = false;
        try {
            endpoint.follow(id, this::event);
        } catch (ServerUnreachable broken) {
            view.note(broken.getMessage() + "; asking for the job");
            silentTries = heardEvents ? 0 : silentTries + 1;
            hasEvents = silentTries < MOST_SILENT_TRIES;
        } catch (ServerRefused refused) {
            if (NO_KEY.contains(refused.status())) {
                throw refused;
            }
            hasEvents = !NO_EVENTS.contains(refused.status());
        }
    }

    private void event(JsonNode event) {
        heardEvents = true;
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
        return isLiving(job.path("status").asText());
    }
}
