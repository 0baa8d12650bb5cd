package io.heritage.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Input of an <i>interpolate</i> endpoint (docs/interpolate.md; docs/spec/wan22.md, section 1.1).
 */
public sealed interface InterpolateInput {

    /** {@code {"input":{}}}: answered at once with {@code {"status":"success","message":…}}. */
    record HealthCheck() implements InterpolateInput {}

    /**
     * Frames between two images.
     *
     * @param startImage media placeholder
     * @param endImage media placeholder; empty lets Wan continue from the start image alone
     * @param output what comes back; not in the API we replace
     */
    record Frames(
            JsonNode startImage, Optional<JsonNode> endImage, VideoRequest video, Output output)
            implements InterpolateInput {}

    /** How frames are returned. */
    enum Output {
        /** Each a PNG. */
        FRAMES("png"),
        /** One H.264 video. */
        MP4("mp4"),
        /** One VP9 video. */
        WEBM("webm");

        private final String format;

        Output(String format) {
            this.format = format;
        }

        /** The name in {@code metadata.format}. */
        public String format() {
            return format;
        }

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Output named(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }

        private static List<String> names() {
            return Arrays.stream(values()).map(Output::wireName).toList();
        }
    }

    /** Names of the start image, of which the first that is given counts. */
    List<String> START_IMAGES =
            List.of("start_image_base64", "start_image_url", "image", "image_url");

    /** Names of the end image, likewise. */
    List<String> END_IMAGES = List.of("end_image_base64", "end_image_url", "last_image");

    /** See {@link EndpointKind#mediaKeys}. */
    Set<String> MEDIA_KEYS =
            Stream.concat(START_IMAGES.stream(), END_IMAGES.stream())
                    .collect(Collectors.toUnmodifiableSet());

    /**
     * Known keys of an input, including keys of public video endpoints that have no effect here.
     */
    Set<String> FIELDS =
            Stream.of(MEDIA_KEYS.stream(), VideoRequest.FIELDS.stream(), Stream.of("output"))
                    .flatMap(names -> names)
                    .collect(Collectors.toUnmodifiableSet());

    private static Optional<JsonNode> image(InputFields fields, List<String> names)
            throws InvalidInput {
        for (String name : names) {
            Optional<JsonNode> found = fields.media(name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    static InterpolateInput parse(ObjectNode input) throws InvalidInput {
        var fields = new InputFields(input);
        if (fields.isEmpty()) {
            return new HealthCheck();
        }
        JsonNode start =
                image(fields, START_IMAGES)
                        .orElseThrow(() -> new InvalidInput("start_image_base64 is required"));
        return new Frames(
                start,
                image(fields, END_IMAGES),
                VideoRequest.parse(fields),
                Output.named(fields.oneOf("output", Output.FRAMES.wireName(), Output.names())));
    }
}
