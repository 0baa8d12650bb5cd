package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.standalone.client.EndpointClient;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** A server's job, as printed. */
record JobFacts(JsonNode job, String endpoint, String console) {
    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    static JobFacts of(JsonNode job, EndpointClient at) {
        String id = job.path("id").asText();
        return new JobFacts(job, at.url().endpoint(), at.url().consoleLink(id));
    }

    /** The server's fields, with {@code endpoint} and {@code console} added. */
    ObjectNode json() {
        ObjectNode json = job.deepCopy();
        return json.put("endpoint", endpoint).put("console", console);
    }

    String id() {
        return job.path("id").asText();
    }

    String status() {
        return job.path("status").asText();
    }

    Instant created() {
        return instant("createdAt");
    }

    /** {@link Instant#EPOCH} if unknown. */
    private Instant instant(String field) {
        try {
            return Instant.parse(job.path(field).asText());
        } catch (DateTimeParseException absent) {
            return Instant.EPOCH;
        }
    }

    /** In local time; {@code -} if unknown. */
    String time(String field) {
        Instant instant = instant(field);
        return instant.equals(Instant.EPOCH)
                ? "-"
                : LOCAL.format(instant.atZone(ZoneId.systemDefault()));
    }

    /** {@code -} if unknown. */
    String duration(String field) {
        JsonNode milliseconds = job.path(field);
        if (!milliseconds.isNumber()) {
            return "-";
        }
        Duration time = Duration.ofMillis(milliseconds.asLong());
        return time.toMinutes() > 0
                ? "%d:%02d:%02d"
                        .formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }

    /**
     * Short state: {@code IN_PROGRESS decode 12/33}, or for a batch {@code IN_PROGRESS 1/4 jobs}.
     */
    String state() {
        JsonNode progress = job.path("progress");
        int jobs = RemoteBatch.size(progress);
        if (jobs > 0) {
            return "%s %d/%d jobs".formatted(status(), RemoteBatch.ended(progress), jobs);
        }
        if (!status().equals("IN_PROGRESS") || !progress.has("stage")) {
            return status();
        }
        String frames =
                progress.has("frames_total")
                        ? " %d/%d"
                                .formatted(
                                        progress.path("frames_done").asLong(),
                                        progress.path("frames_total").asLong())
                        : "";
        return status() + " " + progress.path("stage").asText() + frames;
    }
}
