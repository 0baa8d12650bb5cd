package io.heritage.standalone.cli.command;

import io.heritage.standalone.client.ServerRefused;
import java.util.LinkedHashMap;
import java.util.Map;

/** Exit codes of commands; scripts rely on the numbers. */
public final class ExitCode {
    public static final int OK = 0;

    /** An unexpected error, or a failed check. */
    public static final int ERROR = 1;

    public static final int USAGE = 2;

    /** A job FAILED, here or at a server. */
    public static final int JOB_FAILED = 3;

    /** The key is missing or refused. */
    public static final int UNAUTHORIZED = 4;

    /** A server does not answer, is not ready, or has no room. */
    public static final int UNREACHABLE = 5;

    /** A job was cancelled or timed out. */
    public static final int NOT_FINISHED = 6;

    /** The input has an unsupported format, is too large, or is not what the server accepts. */
    public static final int REFUSED = 7;

    public static final int DOES_NOT_FIT = 8;

    /** A service cannot start: its port is taken, or there is no JDK (launcher). */
    public static final int UNAVAILABLE = 69;

    public static final int BAD_CONFIGURATION = 78;

    /** Stopped by Ctrl-C; the JVM itself ends with it, whatever a command returns then. */
    public static final int STOPPED = 130;

    private static final Map<Integer, String> WORDS =
            Map.ofEntries(
                    Map.entry(ERROR, "error"),
                    Map.entry(USAGE, "usage"),
                    Map.entry(JOB_FAILED, "job_failed"),
                    Map.entry(UNAUTHORIZED, "unauthorized"),
                    Map.entry(UNREACHABLE, "unreachable"),
                    Map.entry(NOT_FINISHED, "not_finished"),
                    Map.entry(REFUSED, "refused"),
                    Map.entry(DOES_NOT_FIT, "does_not_fit"),
                    Map.entry(UNAVAILABLE, "unavailable"),
                    Map.entry(BAD_CONFIGURATION, "bad_configuration"),
                    Map.entry(STOPPED, "stopped"));

    /** Text for help pages. The JVM exits with 130 after Ctrl-C and 143 after SIGTERM. */
    public static Map<String, String> list() {
        Map<String, String> list = new LinkedHashMap<>();
        list.put("0", "done and verified");
        list.put("1", "an unexpected error, or a check that did not pass");
        list.put("2", "wrong usage");
        list.put("3", "a job failed");
        list.put("4", "the key is missing or refused");
        list.put("5", "the server does not answer or is not ready");
        list.put("6", "a job was cancelled or timed out");
        list.put("7", "the input was refused: no media, too large, wrong request");
        list.put("8", "--estimate: the job is not possible");
        list.put("69", "a service cannot start: no JDK 25, port taken");
        list.put("70", "the build failed");
        list.put("75", "the device hangs or the broker cannot write; restart it");
        list.put("78", "bad configuration");
        list.put("130", "stopped by Ctrl-C");
        list.put("143", "stopped by SIGTERM");
        return list;
    }

    /** The code in JSON errors. */
    public static String word(int code) {
        return WORDS.getOrDefault(code, "error");
    }

    /** For an answer that is an error. */
    static int of(ServerRefused refused) {
        return switch (refused.status()) {
            case 401, 403 -> UNAUTHORIZED;
            case 400, 409, 411, 413, 415, 422 -> REFUSED;
            case 408, 429, 500, 502, 503, 504 -> UNREACHABLE;
            default -> ERROR;
        };
    }

    /**
     * For a job that has ended.
     *
     * @param errorCode {@code output.error_code} of the job; empty if it has none
     */
    public static int of(String status, String errorCode) {
        return switch (status) {
            case "COMPLETED" -> OK;
            case "CANCELLED", "TIMED_OUT" -> NOT_FINISHED;
            default ->
                    switch (errorCode) {
                        case "BAD_INPUT", "BAD_MEDIA" -> REFUSED;
                        case "EXECUTION_TIMEOUT", "EXPIRED" -> NOT_FINISHED;
                        default -> JOB_FAILED;
                    };
        };
    }

    /** The exit code of several files: a failed job outranks a refused input. */
    public static int worst(int one, int other) {
        return Integer.compare(rank(one), rank(other)) >= 0 ? one : other;
    }

    /** An unreachable server or a refused key outranks a bad file. */
    private static int rank(int code) {
        return switch (code) {
            case OK -> 0;
            case REFUSED -> 1;
            case DOES_NOT_FIT -> 2;
            case NOT_FINISHED -> 3;
            case JOB_FAILED -> 4;
            case UNREACHABLE -> 5;
            case UNAUTHORIZED -> 6;
            default -> 7;
        };
    }

    private ExitCode() {}
}
