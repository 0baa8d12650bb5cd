package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job object without its frames (docs/spec/runpod.md, section 1.9).
 *
 * @param output of a running job: its progress
 * @param frames how many the reply carried one by one
 * @param video whether it carried them as a video
 */
public record ServerReply(
        String id,
        String status,
        JsonNode output,
        @Nullable String error,
        int frames,
        boolean video) {
    private static final Set<String> TERMINAL =
            Set.of("COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT");

    public boolean isTerminal() {
        return TERMINAL.contains(status);
    }

    public boolean isCompleted() {
        return status.equals("COMPLETED");
    }
}
