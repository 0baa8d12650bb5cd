package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.InterpolateInput;
import io.heritage.schemas.VideoRequest;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Frames from a picture to another (docs/interpolate.md).
 *
 * @param end empty: the engine of the server chooses the last frame, if it can
 * @param output what is asked for; a server that does not know the field sends frames
 */
public record InterpolationJob(
        Path start, Optional<Path> end, VideoRequest video, InterpolateInput.Output output)
        implements JobRequest {

    /** The pictures are read while the body is sent and never held whole. */
    @Override
    public BodyPublisher body() throws IOException {
        List<BodyPart> parts = new ArrayList<>();
        parts.add(new JsonText("{\"input\":{\"start_image_base64\":\""));
        parts.add(new Encoded(start));
        if (end.isPresent()) {
            parts.add(new JsonText("\",\"end_image_base64\":\""));
            parts.add(new Encoded(end.get()));
        }
        parts.add(new JsonText("\"," + input().toString().substring(1) + "}"));
        return JobRequest.body(parts);
    }

    /** The input without its media. */
    public ObjectNode input() {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        video.putInto(fields);
        if (output != InterpolateInput.Output.FRAMES) {
            fields.put("output", output.wireName());
        }
        return fields;
    }
}
