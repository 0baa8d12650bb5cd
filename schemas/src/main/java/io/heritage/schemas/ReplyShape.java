package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shape of a finished job's reply. */
public enum ReplyShape {
    /** RunPod's: {@code {"id":…,"status":…,"output":{…}}}. */
    ENVELOPE,
    /** Only the output's fields, as the SeedVR service documents them. */
    FLAT,
    /** The envelope with the output's fields beside it. */
    BOTH,
    /** The envelope without fields that only repeat media. */
    ONCE,
    /** The envelope with a URL in place of each piece of media. */
    LINKS;

    /**
     * Reads {@code policy.reply} of a request.
     *
     * @param policy the value of the top-level key, or a missing node
     * @param otherwise where the request does not say
     */
    public static ReplyShape parse(JsonNode policy, ReplyShape otherwise) throws InvalidInput {
        JsonNode asked = policy.path("reply");
        if (asked.isMissingNode() || asked.isNull()) {
            return otherwise;
        }
        return Stream.of(values())
                .filter(shape -> shape.wireName().equals(asked.textValue()))
                .findFirst()
                .orElseThrow(() -> new InvalidInput("policy.reply: expected one of " + names()));
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String names() {
        return Stream.of(values()).map(ReplyShape::wireName).collect(Collectors.joining(", "));
    }
}
