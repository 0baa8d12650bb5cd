package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.RestoreRequest;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An image or a video to restore (docs/restore.md).
 *
 * @param model empty: left to the server
 */
public record RestorationJob(Path media, Optional<PublishedModel> model, RestoreRequest request)
        implements JobRequest {

    @Override
    public BodyPublisher body() throws IOException {
        return JobRequest.body(
                List.of(
                        new JsonText("{\"input\":{\"media\":\""),
                        new Encoded(media),
                        new JsonText("\"," + input().toString().substring(1) + "}")));
    }

    /** The input without its media. */
    public ObjectNode input() {
        ObjectNode fields = JsonNodeFactory.instance.objectNode().put("action", "restore");
        model.ifPresent(published ->
                fields.put("model_type", published.modelType())
                        .put("model_variant", published.variant()));
        request.putInto(fields);
        return fields;
    }
}
