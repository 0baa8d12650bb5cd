package io.heritage.gateway.call;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests of one key in ten seconds; 0 for any number. A key that was silent may send that many at
 * once.
 *
 * @param run of {@code run}, and of the jobs of {@code batch}
 * @param status of {@code status}, {@code status-sync}, {@code stream}, {@code output}, {@code
 *     input}, {@code requests}, {@code events}, {@code workers} and {@code models} each
 * @param cancel of {@code cancel} and {@code estimate} each
 * @param retry of {@code retry} and {@code webhook} each
 * @param purgeQueue of {@code purge-queue}, {@code pause} and {@code resume} each
 * @param queued jobs that may wait at an endpoint before a submission is refused; 0 for any number
 */
public record RequestRates(
        int run,
        int runSync,
        int status,
        int cancel,
        int retry,
        int purgeQueue,
        int health,
        int media,
        int queued) {

    public RequestRates {
        List<String> problems = new ArrayList<>();
        require(problems, "run", run);
        require(problems, "run-sync", runSync);
        require(problems, "status", status);
        require(problems, "cancel", cancel);
        require(problems, "retry", retry);
        require(problems, "purge-queue", purgeQueue);
        require(problems, "health", health);
        require(problems, "media", media);
        require(problems, "queued", queued);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static void require(List<String> problems, String key, int found) {
        if (found < 0) {
            problems.add("%s: expected 0 (any number) or more, found %d".formatted(key, found));
        }
    }

    /** A hundred times RunPod's: they stop a client that runs wild, and no other. */
    public static RequestRates defaults() {
        return new RequestRates(
                100_000, 200_000, 200_000, 10_000, 10_000, 200, 100_000, 100_000, 0);
    }

    int of(Operation operation) {
        return switch (operation) {
            case RUN, BATCH -> run;
            case RUNSYNC -> runSync;
            case STATUS, STATUS_SYNC, STREAM, OUTPUT, INPUT, REQUESTS, EVENTS, WORKERS, MODELS ->
                    status;
            case CANCEL, ESTIMATE -> cancel;
            case RETRY, WEBHOOK -> retry;
            case PURGE_QUEUE, PAUSE, RESUME -> purgeQueue;
            case HEALTH -> health;
            case MEDIA -> media;
        };
    }
}
