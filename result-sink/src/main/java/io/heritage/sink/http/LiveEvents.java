package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.Wire;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.fold.Waiters;
import io.heritage.sink.reply.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.streams.state.HostInfo;

/**
 * {@code /events}, and {@code /stream} as events: changes of a job, or of an owner's jobs at an
 * endpoint over all sinks, as they happen. Nothing is kept for absent callers: one that reconnects
 * is told to read the list. Any thread.
 */
public final class LiveEvents {
    static final int MOST = 512;
    static final int MOST_OF_AN_OWNER = 32;
    private static final String DATA = "data: ";

    private final JobDirectory directory;
    private final SinkPeers peers;
    private final Waiters waiters;
    private final Outlook outlook;
    private final Clock clock;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentMap<String, Integer> ofOwners = new ConcurrentHashMap<>();

    public LiveEvents(
            JobDirectory directory,
            SinkPeers peers,
            Waiters waiters,
            Outlook outlook,
            Clock clock) {
        this.directory = directory;
        this.peers = peers;
        this.waiters = waiters;
        this.outlook = outlook;
        this.clock = clock;
    }

    /**
     * The events of one job that is here, until it ends.
     *
     * @param resumed whether the caller has heard events before
     */
    Answer ofJob(JobQuestion question, JobLookup lookup, boolean resumed) throws Exception {
        return lookup.now(
                question,
                _ -> {
                    if (!enter(question.owner())) {
                        return tooMany();
                    }
                    var queue = new EventQueue();
                    Runnable ending =
                            waiters.listen(
                                    listener(queue, true, job -> job.id().equals(question.id())));
                    boolean begun = false;
                    try {
                        begin(queue, question);
                        begun = true;
                    } finally {
                        if (!begun) {
                            leave(question.owner(), ending);
                        }
                    }
                    return new Answer.Live(
                            EventWriter.ofJob(
                                    queue,
                                    resumed,
                                    () -> outlook.of(question.id()),
                                    () -> leave(question.owner(), ending)));
                });
    }

    /**
     * The parts of a job that is here, until it ends.
     *
     * @param lastEventId of the last that the caller has heard; empty for none
     * @param from the first part to be told if it has heard none
     */
    Answer partsOf(JobQuestion question, JobLookup lookup, String lastEventId, int from)
            throws Exception {
        return lookup.now(
                question,
                job ->
                        enter(question.owner())
                                ? new Answer.Parts(
                                        question.owner(),
                                        new PartEvents(
                                                directory,
                                                job,
                                                lastEventId,
                                                from,
                                                () -> leave(question.owner(), () -> {})))
                                : tooMany());
    }

    /**
     * If jobs move to another sink, the stream ends: a client that reconnects finds the new one.
     */
    private Waiters.Listener listener(
            EventQueue queue, boolean ofOne, Predicate<TrackedJob> wanted) {
        return new Waiters.Listener() {
            @Override
            public void changed(TrackedJob job) {
                if (wanted.test(job)) {
                    put(queue, job);
                    if (ofOne && job.isFinished()) {
                        queue.end();
                    }
                }
            }

            @Override
            public void moved() {
                queue.lose();
                queue.end();
            }
        };
    }

    /** Begins with the job's current state; every later change follows. */
    private void begin(EventQueue queue, JobQuestion question)
            throws NotServing, InterruptedException {
        switch (directory.await(question.id(), Duration.ZERO, _ -> true)) {
            case JobDirectory.Found.Here(TrackedJob now) -> {
                put(queue, now);
                if (now.isFinished()) {
                    queue.end();
                }
            }
            case JobDirectory.Found.Elsewhere _,
                    JobDirectory.Found.Expired _,
                    JobDirectory.Found.Nowhere _ ->
                    queue.end();
        }
    }

    private void put(EventQueue queue, TrackedJob job) {
        queue.put(JobSummary.of(job, clock.instant()));
    }

    /**
     * The events of all of an owner's jobs at an endpoint.
     *
     * @param pathAndQuery as other sinks are asked
     */
    Answer ofEndpoint(
            EndpointId endpoint,
            String owner,
            String pathAndQuery,
            boolean forwarded,
            boolean resumed)
            throws NotServing, InterruptedException {
        if (!enter(owner)) {
            return tooMany();
        }
        var queue = new EventQueue();
        var closings = new ArrayList<Runnable>();
        Runnable ending = () -> leave(owner, () -> closings.forEach(Runnable::run));
        boolean begun = false;
        try {
            closings.add(
                    waiters.listen(
                            listener(
                                    queue,
                                    false,
                                    tracked -> {
                                        Job job = tracked.job();
                                        return job != null
                                                && job.part() == null
                                                && job.endpoint().equals(endpoint)
                                                && job.owner().equals(owner);
                                    })));
            for (HostInfo peer : forwarded ? List.<HostInfo>of() : directory.peers()) {
                closings.add(follow(peer, pathAndQuery, queue));
            }
            begun = true;
        } catch (IOException e) {
            throw new NotServing("another sink does not answer");
        } finally {
            if (!begun) {
                ending.run();
            }
        }
        return new Answer.Live(new EventWriter(queue, resumed, ending));
    }

    /** Merges another sink's events; when they end, the stream ends and the caller reconnects. */
    private Runnable follow(HostInfo peer, String pathAndQuery, EventQueue queue)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = peers.ask(peer, "GET", pathAndQuery, Duration.ZERO);
        InputStream body = answer.body();
        if (answer.statusCode() != 200) {
            body.close();
            throw new IOException("status " + answer.statusCode());
        }
        Thread reader = Thread.ofVirtual().name("events-of-peer").start(() -> read(body, queue));
        return () -> {
            reader.interrupt();
            try {
                body.close();
            } catch (IOException alreadyBroken) {
                reader.interrupt();
            }
        };
    }

    private static void read(InputStream body, EventQueue queue) {
        try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DATA)) {
                    hear(
                            Wire.json().readValue(line.substring(DATA.length()), ObjectNode.class),
                            queue);
                }
            }
        } catch (IOException broken) {
            queue.lose();
        } finally {
            queue.end();
        }
    }

    private static void hear(ObjectNode event, EventQueue queue) {
        switch (event.path("type").asText()) {
            case "job" -> {
                event.put("id", event.path("job").asText());
                event.remove(List.of("v", "type", "seq", "job"));
                queue.put(event);
            }
            case "resync" -> queue.lose();
            default -> {}
        }
    }

    private boolean enter(String owner) {
        int all = open.incrementAndGet();
        int own = ofOwners.merge(owner, 1, Integer::sum);
        if (all > MOST || own > MOST_OF_AN_OWNER) {
            leave(owner, () -> {});
            return false;
        }
        return true;
    }

    private void leave(String owner, Runnable closing) {
        closing.run();
        open.decrementAndGet();
        ofOwners.computeIfPresent(owner, (_, n) -> n <= 1 ? null : n - 1);
    }

    private static Answer tooMany() {
        return new Answer.Refusal(
                429,
                "too many event streams are open: %d of a key, %d in all"
                        .formatted(MOST_OF_AN_OWNER, MOST));
    }
}
