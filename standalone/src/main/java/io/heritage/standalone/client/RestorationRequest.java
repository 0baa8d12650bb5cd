package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.RestoreRequest;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.file.Path;
import java.util.List;

/** An image or a video to restore (SeedVR API, "Media Restoration"). */
public record RestorationRequest(Path media, RestoreInput.Model model, RestoreRequest request)
        implements JobRequest {

    @Override
    public BodyPublisher body() throws IOException {
        return JobRequest.body(
                List.of(
                        new Text("{\"input\":{\"media\":\""),
                        new Encoded(media),
                        new Text("\"," + fields().toString().substring(1) + "}")));
    }

    private ObjectNode fields() {
        ObjectNode fields =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("action", "restore")
                        .put("model_type", model.type())
                        .put("model_variant", model.variant());
        request.putInto(fields);
        return fields;
    }
}
