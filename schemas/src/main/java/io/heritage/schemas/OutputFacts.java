package io.heritage.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Facts for clients about a piece of media with a URL. */
public final class OutputFacts {
    private OutputFacts() {}

    /** The last part of the name under which the processor stored it: {@code 0007.png}. */
    public static String fileName(MediaRef media) {
        String part = media.pieces().getFirst().part();
        return part.substring(part.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    }

    /** Without {@code sha256} if the hash of all bytes is unknown. */
    public static ObjectNode of(MediaRef media) {
        ObjectNode facts =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("filename", fileName(media))
                        .put("type", media.mediaType())
                        .put("size", media.bytes());
        return media.sha256().isEmpty() ? facts : facts.put("sha256", media.sha256());
    }

    /**
     * Adds to an output of one piece of media the words that clients look for (docs/spec/runpod.md,
     * section 7).
     */
    public static void describe(ObjectNode output, MediaRef media, String url) {
        boolean video = media.mediaType().startsWith("video/");
        output.put(video ? "video_url" : "image_url", url);
        output.setAll(of(media));
        JsonNode facts =
                output.has("metadata") ? output.get("metadata") : output.path("processing_info");
        double fps = facts.path("fps").asDouble();
        long frames = facts.path("frame_count").asLong(facts.path("frames").asLong());
        if (video && fps > 0) {
            output.put("fps", fps);
            if (frames > 0) {
                output.put("duration", Math.round(frames / fps * 1000) / 1000.0);
            }
        }
    }
}
