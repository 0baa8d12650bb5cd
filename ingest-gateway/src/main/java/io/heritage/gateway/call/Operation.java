package io.heritage.gateway.call;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** RunPod's operations on a queue endpoint and ours: {@code /ENDPOINT/OPERATION[/JOB[/PART]]}. */
public enum Operation {
    RUN("run", false, "POST"),
    RUNSYNC("runsync", false, "POST"),
    BATCH("batch", false, "POST"),
    STATUS("status", true, "GET, HEAD, POST"),
    STATUS_SYNC("status-sync", true, "GET, POST"),
    STREAM("stream", true, "GET, POST"),
    OUTPUT("output", true, "GET, HEAD"),
    INPUT("input", true, "GET, HEAD"),
    CANCEL("cancel", true, "POST"),
    RETRY("retry", true, "POST"),
    WEBHOOK("webhook", true, "POST"),
    PURGE_QUEUE("purge-queue", false, "POST"),
    REQUESTS("requests", false, "GET"),
    EVENTS("events", false, "GET"),
    HEALTH("health", false, "GET, HEAD"),

    ESTIMATE("estimate", false, "POST"),

    /** Not of RunPod: {@code workers}, and {@code workers/W/drain} and {@code undrain}. */
    WORKERS("workers", false, "GET, POST"),
    MODELS("models", false, "GET"),
    PAUSE("pause", false, "POST"),
    RESUME("resume", false, "POST"),

    /** Not of RunPod: media that jobs refer to. */
    MEDIA("media", false, "GET, HEAD, POST, PUT");

    /** Right that a key needs to drain a worker; the path is that of {@link #WORKERS}. */
    public static final String DRAIN = "drain";

    private static final String FRAME = "frame";

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

    /** Whether it gives media of a job, or their frames. */
    public boolean isOfFiles() {
        return this == OUTPUT || this == INPUT;
    }

    public boolean takes(String method) {
        return List.of(methods.split(", ")).contains(method);
    }

    /**
     * As in an {@code Allow} header.
     *
     * @param more of a path, behind the job's id or an operation that is about none
     * @return empty if there is no such path
     */
    String methods(List<String> more) {
        if (this == WORKERS && !more.isEmpty()) {
            return isSwitch(more) ? "POST" : "";
        }
        if (this == WORKERS) {
            return "GET";
        }
        boolean isFrame = isOfFiles() && more.size() == 3 && more.get(1).equals(FRAME);
        int most = isOfFiles() || this == MEDIA ? 1 : 0;
        return isFrame || more.size() <= most ? methods : "";
    }

    private static boolean isSwitch(List<String> more) {
        return more.size() == 2 && List.of(DRAIN, "undrain").contains(more.getLast());
    }

    public String path() {
        return path;
    }
}
