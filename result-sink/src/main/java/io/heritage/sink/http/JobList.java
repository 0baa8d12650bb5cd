package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointId;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.reply.Answer;
import io.heritage.sink.store.JobPage;
import io.heritage.transport.log.Controls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.HostInfo;

/** {@code /requests}: an owner's jobs at an endpoint, over all sinks. Any thread. */
public final class JobList {
    static final int MOST = 100;
    static final int USUALLY = 50;
    private static final Set<String> STATES =
            Set.of("IN_QUEUE", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT");

    private final JobDirectory directory;
    private final SinkPeers peers;
    private final Controls controls;
    private final int partitions;
    private final Clock clock;

    /**
     * @param partitions of the fold
     */
    public JobList(
            JobDirectory directory,
            SinkPeers peers,
            Controls controls,
            int partitions,
            Clock clock) {
        this.controls = controls;
        this.directory = directory;
        this.peers = peers;
        this.partitions = partitions;
        this.clock = clock;
    }

    /**
     * Filter and page of a request.
     *
     * @param states empty for all
     * @param text contained in id, worker or error; empty for any
     * @param cursor of the page before; empty for the first
     * @param pathAndQuery as other sinks are asked
     */
    record Question(
            EndpointId endpoint,
            String owner,
            Set<String> states,
            String text,
            String cursor,
            int limit,
            String pathAndQuery,
            boolean forwarded) {

        static Set<String> states(String asked) throws BadRequest {
            Set<String> states =
                    Stream.of(asked.split(","))
                            .map(state -> state.strip().toUpperCase(Locale.ROOT))
                            .filter(state -> !state.isEmpty())
                            .collect(Collectors.toUnmodifiableSet());
            if (!STATES.containsAll(states)) {
                throw new BadRequest(
                        "status: expected some of "
                                + STATES.stream().sorted().collect(Collectors.joining(", ")));
            }
            return states;
        }

        boolean wants(TrackedJob job) {
            return (states.isEmpty() || states.contains(job.state().status()))
                    && (text.isEmpty() || has(job));
        }

        private boolean has(TrackedJob job) {
            String worker = job.worker() == null ? "" : job.worker().value();
            return Stream.of(job.id().value(), worker, JobSummary.errorOf(job.state()))
                    .anyMatch(field -> field.toLowerCase(Locale.ROOT).contains(text));
        }
    }

    /**
     * @throws NotServing if another sink does not answer: its jobs would be missing
     */
    Answer answer(Question question) throws NotServing, BadRequest, InterruptedException {
        JobPage<ObjectNode> here = here(question, orderOf(question.cursor()));
        if (question.forwarded()) {
            return new Answer.Json(json(here, true));
        }
        var pages = new ArrayList<JobPage<ObjectNode>>(List.of(here));
        for (HostInfo peer : directory.peers()) {
            try {
                pages.add(peers.jobs(peer, question.pathAndQuery()));
            } catch (IOException e) {
                throw new NotServing("another sink does not answer: " + peer);
            }
        }
        ObjectNode page = json(JobPage.merged(pages, question.limit()), false);
        Pauses.mark(controls, question.endpoint(), page);
        return new Answer.Json(page);
    }

    private JobPage<ObjectNode> here(Question question, String after) throws NotServing {
        return directory.list(
                question.endpoint(),
                question.owner(),
                after,
                question::wants,
                job -> JobSummary.of(job, clock.instant()),
                question.limit(),
                partitions);
    }

    /**
     * @param ordered whether another sink is to merge it
     */
    private static ObjectNode json(JobPage<ObjectNode> page, boolean ordered) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode requests = body.putArray("requests");
        ArrayNode orders = JsonNodeFactory.instance.arrayNode();
        for (JobPage.Row<ObjectNode> row : page.rows()) {
            requests.add(row.job());
            orders.add(row.order());
        }
        if (ordered) {
            body.set("orders", orders);
        }
        if (page.seenTo() != null) {
            body.put("cursor", cursorOf(page.seenTo()));
        }
        return body;
    }

    /** Reads a page that {@link #json} of another sink has written. */
    static JobPage<ObjectNode> page(ObjectNode body) throws IOException {
        var rows = new ArrayList<JobPage.Row<ObjectNode>>();
        for (int i = 0; i < body.path("requests").size(); i++) {
            rows.add(
                    new JobPage.Row<>(
                            body.path("orders").path(i).asText(),
                            (ObjectNode) body.path("requests").get(i)));
        }
        try {
            String cursor = body.path("cursor").asText();
            return new JobPage<>(rows, cursor.isEmpty() ? null : orderOf(cursor));
        } catch (BadRequest e) {
            throw new IOException("another sink's cursor cannot be read", e);
        }
    }

    private static String cursorOf(String order) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(order.getBytes(StandardCharsets.US_ASCII));
    }

    private static String orderOf(String cursor) throws BadRequest {
        try {
            String order =
                    new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            if (order.matches("([0-9a-f]{16}[A-Za-z0-9_-]{1,128})?")) {
                return order;
            }
        } catch (IllegalArgumentException notBase64) {
            throw new BadRequest("cursor: expected a cursor from a reply of /requests");
        }
        throw new BadRequest("cursor: expected a cursor from a reply of /requests");
    }
}
