package io.heritage.standalone.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** Exit codes of commands; scripts rely on the numbers. */
final class ExitCode {
    static final int OK = 0;

    /** A job or a golden case failed, or an unexpected error. */
    static final int FAILED = 1;

    static final int USAGE = 2;

    /** A server that does not answer, a port that is taken, a JDK that is missing (launcher). */
    static final int UNAVAILABLE = 69;

    static final int BAD_CONFIGURATION = 78;

    /** Stopped by Ctrl-C; the JVM itself ends with it, whatever a command returns then. */
    static final int STOPPED = 130;

    /** For help pages. 130 and 143 are what the JVM ends with after Ctrl-C and SIGTERM. */
    static Map<String, String> list() {
        Map<String, String> list = new LinkedHashMap<>();
        list.put("0", "success");
        list.put("1", "a job or a golden case failed, or an unexpected error");
        list.put("2", "wrong usage");
        list.put("69", "unavailable: no JDK 25, port taken, server does not answer");
        list.put("70", "the build failed");
        list.put("75", "the device hangs; a supervisor is to start the process again");
        list.put("78", "bad configuration");
        list.put("130", "stopped by Ctrl-C");
        list.put("143", "stopped by SIGTERM");
        return list;
    }

    private ExitCode() {}
}
