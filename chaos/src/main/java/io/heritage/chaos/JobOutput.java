package io.heritage.chaos;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heritage.chaos.Observation.StreamPart;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads the output of scripted work from an answer. */
final class JobOutput {
    /** Reads strings of any length: a part of 20 MB is one. */
    static final ObjectMapper JSON =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxStringLength(Integer.MAX_VALUE)
                                            .build())
                            .build());

    private JobOutput() {}

    /** Hashes of the frames of a finished job. */
    static List<String> parts(JsonNode job) {
        var parts = new ArrayList<String>();
        for (JsonNode frame : job.path("output").path("frames")) {
            parts.add(hash(frame));
        }
        return List.copyOf(parts);
    }

    /** Content of a reply of {@code /stream}. */
    static List<StreamPart> streamed(JsonNode reply) {
        var parts = new ArrayList<StreamPart>();
        for (JsonNode item : reply.path("stream")) {
            int index = item.path("output").path("first_frame").asInt(-1);
            for (JsonNode frame : item.path("output").path("frames")) {
                parts.add(new StreamPart(index++, hash(frame)));
            }
        }
        return List.copyOf(parts);
    }

    private static String hash(JsonNode base64) {
        try {
            return Script.hash(Base64.getDecoder().decode(base64.asText("")));
        } catch (IllegalArgumentException notBase64) {
            return "not base64";
        }
    }
}
