package io.heritage.sink.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobId;
import io.heritage.schemas.SinkApi;
import io.heritage.schemas.WorkerId;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** A request's path and query, see {@link SinkApi}. */
record Parameters(ServerRequest request) {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final long MOST_MILLIS = Duration.ofDays(7).toMillis();

    JobQuestion job() throws BadRequest, NoSuchJob {
        Duration wait = millis(SinkApi.WAIT).orElse(Duration.ZERO);
        Duration clamped = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        try {
            return new JobQuestion(
                    new JobId(request.path().pathParameters().get("id")),
                    required(SinkApi.ENDPOINT),
                    required(SinkApi.OWNER),
                    System.nanoTime() + clamped.toNanos(),
                    method(),
                    pathAndQuery(),
                    isForwarded(),
                    optional(SinkApi.CALL).orElse(""));
        } catch (IllegalArgumentException notAnId) {
            throw new NoSuchJob();
        }
    }

    /** Name of a purge. */
    JobId purge() throws NoSuchJob {
        try {
            return new JobId(request.path().pathParameters().get("id"));
        } catch (IllegalArgumentException notAnId) {
            throw new NoSuchJob();
        }
    }

    EndpointId endpoint() throws BadRequest {
        try {
            return new EndpointId(request.path().pathParameters().get("endpoint"));
        } catch (IllegalArgumentException e) {
            throw new BadRequest("not an endpoint id");
        }
    }

    String owner() throws BadRequest {
        return required(SinkApi.OWNER);
    }

    WorkerId worker() throws BadRequest {
        try {
            return new WorkerId(request.path().pathParameters().get("worker"));
        } catch (IllegalArgumentException e) {
            throw new BadRequest("not a worker id");
        }
    }

    /** Endpoints that the caller's key is for; empty for all. */
    Set<String> onlyEndpoints() {
        return optional(SinkApi.ONLY).map(names -> Set.of(names.split(","))).orElse(Set.of());
    }

    /**
     * @param name of a number, 0 or more; 0 if absent
     */
    long count(String name) throws BadRequest {
        String asked = optional(name).orElse("0");
        if (!asked.matches("\\d{1,15}")) {
            throw new BadRequest(name + ": expected a number");
        }
        return Long.parseLong(asked);
    }

    Optional<Duration> ttl() throws BadRequest {
        return millis(SinkApi.TTL);
    }

    /** Index of a part, 0 or more; empty if absent. */
    OptionalInt from() throws BadRequest {
        if (!request.query().contains(SinkApi.FROM)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Math.max(0, Integer.parseInt(request.query().get(SinkApi.FROM))));
        } catch (NumberFormatException e) {
            throw new BadRequest(SinkApi.FROM + ": expected the index of a part");
        }
    }

    /** Id of the last event that the caller has heard; empty if none. */
    String lastEventId() {
        return optional(SinkApi.LAST_EVENT_ID).orElse("");
    }

    /** Time after which a job counts as waiting long. */
    Duration longerThan() throws BadRequest {
        return millis(SinkPeers.LONGER_THAN).orElse(Duration.ZERO);
    }

    /** Most long-waiting jobs that are counted. */
    int atMost() throws BadRequest {
        try {
            return Math.max(0, Integer.parseInt(required(SinkPeers.AT_MOST)));
        } catch (NumberFormatException e) {
            throw new BadRequest(SinkPeers.AT_MOST + ": expected a number of jobs");
        }
    }

    JobList.Question list() throws BadRequest {
        return new JobList.Question(
                endpoint(),
                owner(),
                JobList.Question.states(optional(SinkApi.STATUS).orElse("")),
                optional(SinkApi.TEXT).orElse("").strip().toLowerCase(Locale.ROOT),
                optional(SinkApi.CURSOR).orElse(""),
                limit(),
                pathAndQuery(),
                isForwarded());
    }

    /** Name of a queue's topic. */
    String topic() throws BadRequest {
        return required(SinkPeers.TOPIC);
    }

    /** Whether the caller has heard events before. */
    boolean isResumed() {
        return optional(SinkApi.RESUMED).isPresent();
    }

    private int limit() throws BadRequest {
        String asked = optional(SinkApi.LIMIT).orElse(Integer.toString(JobList.USUALLY)).strip();
        if (!asked.matches("\\d{1,9}") || Integer.parseInt(asked) < 1) {
            throw new BadRequest("limit: expected 1 to %d".formatted(JobList.MOST));
        }
        return Math.min(JobList.MOST, Integer.parseInt(asked));
    }

    /** File of an output; empty for the list of all. */
    Optional<String> file() {
        return optional(SinkApi.FILE);
    }

    /** Number of a frame, 0 or more; empty for the file itself. */
    OptionalLong frame() throws BadRequest {
        Optional<String> asked = optional(SinkApi.FRAME);
        if (asked.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!asked.get().matches("\\d{1,9}")) {
            throw new BadRequest("frame: expected its number, from 0, found '" + asked.get() + "'");
        }
        return OptionalLong.of(Long.parseLong(asked.get()));
    }

    /** Limit of a picture's longer side; empty if absent. */
    OptionalInt longestSide(int least, int most) throws BadRequest {
        Optional<String> asked = optional(SinkApi.MAX);
        if (asked.isEmpty()) {
            return OptionalInt.empty();
        }
        int side = asked.get().matches("\\d{1,6}") ? Integer.parseInt(asked.get()) : 0;
        if (side < least || side > most) {
            throw new BadRequest(
                    "max: expected %d to %d pixels, found '%s'"
                            .formatted(least, most, asked.get()));
        }
        return OptionalInt.of(side);
    }

    /** A header of the client, which the gateway passes as a parameter; empty if absent. */
    String condition(String name) {
        return optional(name).orElse("");
    }

    boolean isHead() {
        return method().equals("HEAD");
    }

    private Optional<String> optional(String name) {
        return request.query().contains(name)
                ? Optional.of(request.query().get(name))
                : Optional.empty();
    }

    /** Whether another sink forwarded the request; then it is not forwarded again. */
    boolean isForwarded() {
        return request.headers().contains(HeaderNames.create(SinkPeers.FORWARDED));
    }

    private String method() {
        return request.prologue().method().text();
    }

    String pathAndQuery() {
        return request.path().absolute().rawPath() + "?" + request.query().rawValue();
    }

    private String required(String name) throws BadRequest {
        if (!request.query().contains(name)) {
            throw new BadRequest("query parameter " + name + " is missing");
        }
        return request.query().get(name);
    }

    /** 0 to 7 d; empty if absent. */
    private Optional<Duration> millis(String name) throws BadRequest {
        if (!request.query().contains(name)) {
            return Optional.empty();
        }
        try {
            long millis = Long.parseLong(request.query().get(name));
            return Optional.of(Duration.ofMillis(Math.clamp(millis, 0, MOST_MILLIS)));
        } catch (NumberFormatException e) {
            throw new BadRequest(name + ": expected milliseconds");
        }
    }
}
