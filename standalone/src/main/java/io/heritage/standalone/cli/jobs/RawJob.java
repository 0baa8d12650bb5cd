package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/** A job whose reply is printed as the server gives it, followed to its end. */
final class RawJob {
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final EndpointClient client;
    private final String id;
    private final Function<String, ProgressView> views;

    /**
     * @param views opens the progress of a job; one that has ended needs none
     */
    RawJob(EndpointClient client, String id, Function<String, ProgressView> views) {
        this.client = client;
        this.id = id;
        this.views = views;
    }

    /**
     * @param first the answer of {@code runsync}, which is the current state if its wait is over
     * @return of the job that has ended
     */
    JsonNode wholeReply(JsonNode first) throws IOException, InterruptedException {
        if (!JobWatch.isLiving(status(first))) {
            return first;
        }
        try (ProgressView view = views.apply(id)) {
            view.note("job %s, %s".formatted(id, client.url().consoleLink(id)));
            var patience = new Patience(view::note);
            JsonNode reply = first;
            while (JobWatch.isLiving(status(reply))) {
                show(reply, view);
                patience.pace();
                reply = patience.ask(() -> client.await(id, WAIT));
            }
            view.end(status(reply));
            return reply;
        }
    }

    private static void show(JsonNode reply, ProgressView view) {
        if (status(reply).equals("IN_QUEUE")) {
            view.queued(OptionalLong.empty(), Optional.empty(), Optional.empty());
        } else {
            JobProgress.show(reply.path("output"), 0, view);
        }
    }

    /**
     * @param each takes the parts of the result as they arrive
     * @return details of the job that has ended
     */
    JsonNode parts(Consumer<JsonNode> each) throws IOException, InterruptedException {
        try (ProgressView view = views.apply(id)) {
            var patience = new Patience(view::note);
            int next = 0;
            while (true) {
                // Requested by index: a part whose answer was lost comes with the next one.
                int from = next;
                JsonNode reply = patience.ask(() -> client.stream(id, from));
                JsonNode parts = reply.path("stream");
                next += parts.size();
                parts.forEach(part -> each.accept(part.path("output")));
                if (parts.isEmpty() && !JobWatch.isLiving(status(reply))) {
                    view.end(status(reply));
                    return patience.ask(() -> client.job(id));
                }
                if (parts.isEmpty()) {
                    patience.pace();
                }
            }
        }
    }

    private static String status(JsonNode job) {
        return job.path("status").asText();
    }
}
