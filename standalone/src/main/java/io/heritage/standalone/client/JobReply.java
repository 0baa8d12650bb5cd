package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * A job object without its frames (docs/spec/runpod.md, section 1.9).
 *
 * @param output of a running job: its progress
 * @param frames how many the reply carried
 */
public record JobReply(
        String id, String status, JsonNode output, @Nullable String error, int frames) {
    private static final Set<String> TERMINAL =
            Set.of("COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT");

    public boolean isTerminal() {
        return TERMINAL.contains(status);
    }

    public boolean isCompleted() {
        return status.equals("COMPLETED");
    }
}
