package io.heritage.gateway;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** RunPod's operations on a queue endpoint and ours: {@code /ENDPOINT/OPERATION[/JOB[/PART]]}. */
enum Operation {
    RUN("run", false, "POST"),
    RUNSYNC("runsync", false, "POST"),
    STATUS("status", true, "GET, HEAD, POST"),
    STATUS_SYNC("status-sync", true, "GET, POST"),
    STREAM("stream", true, "GET, POST"),
    OUTPUT("output", true, "GET, HEAD"),
    CANCEL("cancel", true, "POST"),
    RETRY("retry", true, "POST"),
    WEBHOOK("webhook", true, "POST"),
    PURGE_QUEUE("purge-queue", false, "POST"),
    REQUESTS("requests", false, "GET"),
    EVENTS("events", false, "GET"),
    HEALTH("health", false, "GET, HEAD"),

    /** Not of RunPod: media that jobs refer to. */
    MEDIA("media", false, "GET, HEAD, POST, PUT");

    private final String path;
    private final boolean ofJob;
    private final String methods;

    Operation(String path, boolean ofJob, String methods) {
        this.path = path;
        this.ofJob = ofJob;
        this.methods = methods;
    }

    static Optional<Operation> of(String path) {
        return Stream.of(values()).filter(operation -> operation.path.equals(path)).findFirst();
    }

    /** Whether a job id follows in the path. */
    boolean ofJob() {
        return ofJob;
    }

    /** Whether a job id may follow in the path. */
    boolean mayBeOfJob() {
        return ofJob || this == REQUESTS || this == EVENTS;
    }

    /** Whether something of the job may follow behind its id. */
    boolean ofPartOfJob() {
        return this == OUTPUT;
    }

    /** Whether stored media may follow in the path. */
    boolean ofMedia() {
        return this == MEDIA;
    }

    boolean takes(String method) {
        return List.of(methods.split(", ")).contains(method);
    }

    /** As in an {@code Allow} header. */
    String methods() {
        return methods;
    }

    String path() {
        return path;
    }
}
