package io.heritage.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Input of an <i>interpolate</i> endpoint (interpolation API; docs/spec/wan22.md, section 1.1). */
public sealed interface InterpolateInput {

    int MAX_PROMPT_LENGTH = 20_000;

    /** {@code {"input":{}}}: answered at once with {@code {"status":"success","message":…}}. */
    record HealthCheck() implements InterpolateInput {}

    /**
     * Frames between two images.
     *
     * @param startImage media placeholder
     * @param endImage media placeholder; empty lets Wan continue from the start image alone
     * @param steps sampling steps over both experts, 4 to 20
     * @param resolution shorter side in pixels: 480, 640, 720 or 1080
     * @param frameLength frames of the video model, 17 to 129
     * @param seed unsigned; 0 draws one
     * @param interpolation 1, 2 or 4: n frames become {@code (n - 1) * interpolation + 1}
     * @param output form of the result; not in the API that is replaced
     */
    record Frames(
            JsonNode startImage,
            Optional<JsonNode> endImage,
            String positivePrompt,
            Optional<String> negativePrompt,
            int steps,
            int resolution,
            int frameLength,
            long seed,
            int interpolation,
            Output output)
            implements InterpolateInput {

        /** No prompts in logs. */
        @Override
        public String toString() {
            return "Frames[steps=%d, resolution=%d, frameLength=%d]"
                    .formatted(steps, resolution, frameLength);
        }
    }

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

    static InterpolateInput parse(ObjectNode input) throws InvalidInput {
        var fields = new InputFields(input);
        if (fields.isEmpty()) {
            return new HealthCheck();
        }
        JsonNode start =
                fields.media("start_image_base64")
                        .orElseThrow(() -> new InvalidInput("start_image_base64 is required"));
        return new Frames(
                start,
                fields.media("end_image_base64"),
                fields.text("positive_prompt", "", MAX_PROMPT_LENGTH),
                fields.has("negative_prompt")
                        ? Optional.of(fields.text("negative_prompt", "", MAX_PROMPT_LENGTH))
                        : Optional.empty(),
                fields.integer("steps", 8, 4, 20),
                fields.oneOf("resolution", 640, List.of(480, 640, 720, 1080)),
                fields.integer("frame_length", 65, 17, 129),
                fields.seed("seed", 0),
                fields.oneOf("interpolation", 2, List.of(1, 2, 4)),
                Output.named(fields.oneOf("output", Output.FRAMES.wireName(), Output.names())));
    }
}
